import type { DecisionPage } from '../../../../src/resources/rollout.ts';
import type { GateResult } from '../../../../src/rollouts/gates/gate-result.ts';
import { path } from '../../api/path.ts';
import { useMore } from '../../api/use-more.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { State, type StateKind } from '../../ui/state.tsx';
import { byInWords, eventInWords } from '../words/decisions.ts';
import { GATES } from '../words/gates.ts';
import './timeline.css';

type Decision = DecisionPage['decisions'][number];

/** To the second: of a canary much is decided within a minute. */
const instant = (at: string): string =>
  new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

const OUTCOMES: Readonly<Record<GateResult['outcome'], StateKind>> = {
  passed: 'good',
  failed: 'bad',
  undecided: 'idle',
};

/** What was decided, newest first, with the figures that it was made from. */
export function Timeline({ rollout }: { rollout: string }) {
  const { page, problem, reload, ...more } = useMore<DecisionPage>(
    path`/api/rollouts/${rollout}/decisions`,
    { order: 'newest' },
    {
      on: ['rollout.changed', 'rollout.decided'],
      concerns: ({ subject }) => subject.rollout === rollout,
    },
  );
  return (
    <>
      {problem && <ErrorNote what="The decisions were not read." error={problem} retry={reload} />}
      <ol class="rollouts-timeline">
        {(page?.decisions ?? []).map((decision) => (
          <Entry key={`${decision.at} ${decision.event} ${decision.reason}`} decision={decision} />
        ))}
      </ol>
      <ShowMore
        {...more}
        label="Show older ones"
        command={`edgeloop rollouts decisions ${rollout}`}
      />
    </>
  );
}

function Entry({ decision }: { decision: Decision }) {
  const { at, event, by, wave, reason, figures } = decision;
  const who = byInWords(by);
  const gates = (figures as { gates?: readonly GateResult[] }).gates ?? [];
  return (
    <li class="rollouts-decision">
      <time class="caption" dateTime={at}>
        {instant(at)}
      </time>
      <div class="rollouts-decision-what">
        <p>
          <span class="strong">{eventInWords(event)}</span>
          {who && ` by ${who}`} <span class="caption">wave {wave + 1}</span>
        </p>
        <p>{reason}</p>
        {gates.length > 0 ? <GateFigures gates={gates} /> : <Figures figures={figures} />}
      </div>
    </li>
  );
}

function GateFigures({ gates }: { gates: readonly GateResult[] }) {
  return (
    <details>
      <summary class="caption">
        {gates.length === 1 ? 'What its gate found' : `What each of ${gates.length} gates found`}
      </summary>
      <ul class="rollouts-figures">
        {gates.map(({ gate, outcome, reason }, i) => (
          <li key={`${gate.kind} ${i}`}>
            <State kind={OUTCOMES[outcome]}>
              {GATES[gate.kind].name}: {outcome}
            </State>
            <p class="caption">{reason}</p>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Numbers and names alone; how many are where, as a table has it, is said by the sentence. */
function Figures({ figures }: { figures: unknown }) {
  const plain = Object.entries((figures ?? {}) as Record<string, unknown>).filter(
    ([, value]) => typeof value === 'number' || (Array.isArray(value) && isNames(value)),
  );
  if (plain.length === 0) return null;
  return (
    <details>
      <summary class="caption">Figures</summary>
      <dl class="rollouts-figures caption">
        {plain.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{Array.isArray(value) ? value.join(', ') : String(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

const isNames = (value: readonly unknown[]) =>
  value.length > 0 && value.every((one) => typeof one === 'string' || typeof one === 'number');
