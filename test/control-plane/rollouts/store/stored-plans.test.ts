import { readFileSync } from 'node:fs';
import t from 'tap';
import { GateSettings } from '../../../../control-plane/src/rollouts/gates/gate-settings.ts';
import type { RolloutPlan } from '../../../../control-plane/src/rollouts/plan/plan.ts';
import { readRollout } from '../../../../control-plane/src/rollouts/store/rollout-row.ts';
import type { StoredRollout } from '../../../../control-plane/src/rollouts/store/rollout-tables.ts';

/**
 * Plans as versions have stored them. One that has another shape is added, and none is ever changed:
 * a rollout may be under way while the control plane is updated.
 */
const STORED: readonly { readonly of: string; readonly plan: RolloutPlan }[] = JSON.parse(
  readFileSync(new URL('stored-plans.json', import.meta.url), 'utf8'),
);

const stored = (plan: unknown) =>
  ({ id: 'r', plan: JSON.stringify(plan), cutoffs: '[0.5,null,1]' }) as unknown as StoredRollout;

for (const { of, plan } of STORED) {
  t.test(`the plan "${plan.name}" that version ${of} has stored can be read`, async (t) => {
    const read = readRollout(stored(plan));
    t.match(read.plan, plan, 'nothing of it is lost');
    t.same(read.cutoffs, [0.5, null, 1]);
  });
}

t.test('every kind that a plan may have now is among them', async (t) => {
  const plans = STORED.map(({ plan }) => plan);
  const waves = plans.flatMap(({ waves }) => waves);
  const gates = [...waves, ...plans.flatMap(({ shadow }) => shadow ?? [])].flatMap(
    ({ gates }) => gates,
  );
  const kinds = (some: readonly string[]) => [...new Set(some)].sort();
  t.same(
    kinds(gates.map(({ kind }) => kind)),
    kinds(GateSettings.anyOf.map(({ properties }) => properties.kind.const)),
  );
  t.same(kinds(plans.map(({ cargo }) => cargo.kind)), ['configuration', 'model']);
  t.same(kinds(waves.flatMap(({ size }) => Object.keys(size))), ['count', 'filter', 'percent']);
});
