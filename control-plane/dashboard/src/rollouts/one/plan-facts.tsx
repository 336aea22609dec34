import type { RolloutView } from '../../../../src/resources/rollout.ts';
import type { RolloutPlan } from '../../../../src/rollouts/plan/plan.ts';
import { dateTime, plural } from '../../ui/format.ts';
import { Section } from '../../ui/page.tsx';
import { targetInWords } from '../words/target.ts';
import './plan-facts.css';

const OFFLINE: Readonly<Record<RolloutPlan['offline'], string>> = {
  wait: 'is told all the same, and is late after its deadline',
  skip: 'is left out, and joins once it is back',
  fail: 'counts as failed',
};

/** What was planned, as far as the waves do not show it. */
export function PlanFacts({ view }: { view: RolloutView }) {
  const { target, start, window, offline, atOnce, approval, priority, champion, shadow, cargo } =
    view.plan;
  const facts: readonly (readonly [string, string])[] = [
    ['Target', targetInWords(target)],
    ['Start', start === 'now' || start === 'by hand' ? start : dateTime(start)],
    [
      'Window',
      window
        ? `devices are begun from ${window.from} to ${window.to} (${window.timezone})`
        : 'at any time of the day',
    ],
    ['A device that is offline', OFFLINE[offline]],
    ['At once', atOnce === null ? 'the whole wave' : `at most ${plural(atOnce, 'device')}`],
    ['Approval', approval ? 'by a second person' : 'none needed'],
    ['Priority', String(priority)],
    ...(shadow
      ? [['Shadow', `the candidate looks at every ${shadow.every}th frame first`] as const]
      : []),
    ...(cargo.kind === 'model'
      ? [['Champion', champion ? 'this model, when it completes' : 'as it was'] as const]
      : []),
  ];
  return (
    <Section title="Plan">
      <dl class="rollouts-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
