import type { RolloutView } from '../../../../src/resources/rollout.ts';
import { Ago } from '../../ui/ago.tsx';
import { State } from '../../ui/state.tsx';
import { byInWords, courseInWords } from '../words/decisions.ts';
import { ROLLOUT_STATES } from '../words/rollout-states.ts';
import { Cargo } from './cargo.tsx';
import './rollout-head.css';

/** Where it is and why, before all else. */
export function RolloutHead({ view }: { view: RolloutView }) {
  const { state, wave, waves, since, startedAt, decided, plan, createdBy, createdAt } = view;
  const { kind, word, means } = ROLLOUT_STATES[state];
  const at = startedAt === null ? '' : `, wave ${wave + 1} of ${waves}`;
  return (
    <div class="rollouts-head">
      <p class="rollouts-head-state" role="status">
        <State kind={kind}>
          <span class="strong">
            {word}
            {at}
          </span>
        </State>
        <span class="caption">
          for <Ago at={since} suffix="" />
        </span>
      </p>
      {decided.event === 'hold' ? (
        <Held reason={decided.reason} />
      ) : (
        <p>
          {means} {courseInWords(decided)}
        </p>
      )}
      <p class="caption">
        <Cargo cargo={plan.cargo} /> · planned by {byInWords(createdBy)} <Ago at={createdAt} />
        {view.approvedBy && ` · approved by ${byInWords(view.approvedBy)}`}
      </p>
    </div>
  );
}

/** What keeps it is said plainly by who would be hit; here in full, for who may not ask that. */
function Held({ reason }: { reason: string }) {
  return (
    <>
      <p>It has not begun: something keeps it. It is tried again, and starts by itself.</p>
      <details>
        <summary class="caption">What keeps it, in full</summary>
        <p class="caption">{reason}</p>
      </details>
    </>
  );
}
