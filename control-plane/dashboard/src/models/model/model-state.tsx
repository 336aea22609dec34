import type { ModelDetails } from '../../../../src/resources/model.ts';
import { Ago } from '../../ui/ago.tsx';
import { State, type StateKind } from '../../ui/state.tsx';

const STATES: Record<ModelDetails['state'], { kind: StateKind; text: string }> = {
  announced: { kind: 'warn', text: 'files are missing' },
  checking: { kind: 'active', text: 'is being checked' },
  registered: { kind: 'good', text: 'registered' },
  refused: { kind: 'bad', text: 'refused' },
};

/** What a version is now: what it is called, whether it may be used, and why not. */
export function ModelState({ model }: { model: ModelDetails }) {
  const { state, refusal, aliases, createdAt, createdBy, gate } = model;
  const { kind, text } = STATES[state];
  return (
    <div class="model-state">
      <p class="model-words">
        <State kind={kind}>{text}</State>
        {aliases.map((alias) => (
          <span key={alias} class="models-alias">
            {alias}
          </span>
        ))}
        {gate && (
          <State kind={gate.verdict.passed ? 'good' : 'warn'}>
            {gate.verdict.passed ? 'passed the gate' : 'not let through by the gate'}
          </State>
        )}
        <span class="caption">
          brought <Ago at={createdAt} /> by {createdBy}
        </span>
      </p>
      {refusal && (
        <p>
          <code>{refusal.code}</code> {refusal.message}
        </p>
      )}
      {state === 'announced' && (
        <p>
          Bring them with <code>edgeloop models push</code>: it goes on where it stopped.
        </p>
      )}
    </div>
  );
}
