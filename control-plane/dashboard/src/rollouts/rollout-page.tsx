import { Link, useParams } from 'wouter-preact';
import type { OrderList, RolloutView } from '../../../src/resources/rollout.ts';
import type { GateStatuses } from '../../../src/resources/rollout-gates.ts';
import type { LiveEvent } from '../api/live.ts';
import { path } from '../api/path.ts';
import { useResource } from '../api/use-resource.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { MissingPage } from '../ui/missing-page.tsx';
import { Page, Section } from '../ui/page.tsx';
import { DeviceTable } from './one/device-table.tsx';
import { HitNow } from './one/hit-now.tsx';
import { OrderBar } from './one/order-bar.tsx';
import { PlanFacts } from './one/plan-facts.tsx';
import { RolloutHead } from './one/rollout-head.tsx';
import { Timeline } from './one/timeline.tsx';
import { Gates } from './one/wave-column.tsx';
import { Waves } from './one/waves.tsx';
import { hasEnded } from './words/rollout-states.ts';

/** A gate's figures change with each report, of which no event tells. */
const LOOK_EVERY = 3_000;
const MOVES = ['rollout.changed', 'rollout.decided', 'rollout.progress'] as const;

/**
 * One rollout: where its waves are, what its gates measure, what was decided, and what a person may
 * do.
 */
export function RolloutPage() {
  const { rollout } = useParams<{ rollout: string }>();
  const base = path`/api/rollouts/${rollout}`;
  const concerns = ({ subject }: LiveEvent) => subject.rollout === rollout;
  const one = useResource<RolloutView>(base, { on: MOVES, concerns });
  const orders = useResource<OrderList>(`${base}/orders`, { on: MOVES, concerns });
  const watched = one.value !== undefined && !hasEnded(one.value.state);
  const gates = useResource<GateStatuses>(`${base}/gates`, {
    on: MOVES,
    concerns,
    ...(watched && { every: LOOK_EVERY }),
  });
  const view = one.value;
  if (!view) {
    return (
      <MissingPage
        title="Rollout"
        kind="rollout"
        list={{ href: '/rollouts', name: 'Rollouts' }}
        problem={one.problem}
        retry={one.reload}
      >
        Its address may be mistyped.
      </MissingPage>
    );
  }

  const reload = () => {
    for (const { reload: again } of [one, orders, gates]) again();
  };
  const stages = gates.value?.stages ?? [];
  const shadow = stages.find(({ wave }) => wave === null);
  const hit = view.startedAt === null && !hasEnded(view.state) && <HitNow view={view} />;
  return (
    <Page
      title={view.name}
      above={<Link href="/rollouts">Rollouts</Link>}
      actions={
        <OrderBar view={view} effects={orders.value?.orders ?? []} onDone={reload} hit={hit} />
      }
    >
      {one.problem && (
        <ErrorNote what="It is not read at the moment." error={one.problem} retry={reload} />
      )}
      <RolloutHead view={view} />
      {hit && <Section title="Which devices it would reach now">{hit}</Section>}
      {shadow && (
        <Section title="Before the first wave: the candidate looks on">
          <Gates status={shadow} />
        </Section>
      )}
      <Waves view={view} stages={stages} />
      <Section title="Decisions">
        <Timeline rollout={rollout} />
      </Section>
      <PlanFacts view={view} />
      {view.startedAt !== null && (
        <Section title="Devices">
          <DeviceTable view={view} />
        </Section>
      )}
    </Page>
  );
}
