import t from 'tap';
import { mayOrder, ORDERS } from '../../../../control-plane/src/rollouts/orders/order.ts';
import { orderEffects } from '../../../../control-plane/src/rollouts/orders/order-effects.ts';
import { completePlan } from '../../../../control-plane/src/rollouts/plan/complete-plan.ts';
import type { NewRollout } from '../../../../control-plane/src/rollouts/plan/plan.ts';
import type { RolloutState } from '../../../../control-plane/src/rollouts/states/rollout-states.ts';
import type { DeviceReach } from '../../../../control-plane/src/rollouts/store/device-reach.ts';
import { planOf } from '../stand/running-fleet.ts';

const PLAN = completePlan(planOf() as NewRollout);

/**
 * The canary has it, two of the second wave are at it, one failed, one ran it before, three wait.
 */
const REACH: readonly DeviceReach[] = [
  { wave: 0, state: 'done', devices: 1, touched: 1 },
  { wave: 1, state: 'done', devices: 1, touched: 0 },
  { wave: 1, state: 'updating', devices: 2, touched: 2 },
  { wave: 1, state: 'failed', devices: 1, touched: 1 },
  { wave: 1, state: 'pending', devices: 4, touched: 1 },
];

function effects(state: RolloutState, more: object = {}) {
  const row = { state, paused_from: null, started_at: 1, start_at: 1, wave: 1, ...more };
  return Object.fromEntries(
    orderEffects(row, PLAN, REACH).map(({ order, devices, effect }) => [
      order,
      { devices, effect },
    ]),
  );
}

t.test('what there is to order follows from the state, and nothing else is offered', async (t) => {
  const offered = (state: RolloutState, more: object = {}) => Object.keys(effects(state, more));
  t.same(offered('awaiting-approval', { started_at: null }), ['approve', 'abort']);
  t.same(offered('scheduled', { started_at: null }), ['start', 'pause', 'abort']);
  t.same(offered('rolling'), ['pause', 'retry', 'abort', 'roll-back']);
  t.same(offered('baking'), ['pause', 'retry', 'promote', 'abort', 'roll-back']);
  const paused = ['resume', 'retry', 'promote', 'abort', 'roll-back'];
  t.same(offered('paused', { paused_from: 'baking' }), paused);
  t.same(offered('completed'), ['roll-back']);
  t.same(offered('rolling-back'), []);
  t.same(offered('rolled-back'), []);
});

t.test('to roll back concerns who was told anything, and leaves who ran it before', async (t) => {
  const { 'roll-back': back } = effects('baking');
  t.equal(back?.devices, 5);
  t.equal(
    back?.effect,
    "5 devices go back to what they ran before; 3 devices are never told. This can't be undone.",
  );
});

t.test('to roll back leaves what a person has set since, also while it goes on', async (t) => {
  const plan = { ...PLAN, cargo: { kind: 'configuration', version: 5 } } as const;
  const row = { state: 'rolling', paused_from: null, started_at: 1, start_at: 1, wave: 1 } as const;
  const back = orderEffects(row, plan, REACH).find(({ order }) => order === 'roll-back');
  t.match(back?.effect, /they ran before; who was told something else since stays as it is; 3/);
});

t.test('to roll back what has completed is to have the former champion again', async (t) => {
  const of = (state: RolloutState) => effects(state)['roll-back']?.effect;
  t.match(of('completed'), /they ran before; who was told something else since stays as it is; 3/);
  t.match(of('completed'), /never told; the champion is again the model that was it before/);
  t.notMatch(of('aborted'), /champion/);
});

t.test('to abort leaves what is done as it is', async (t) => {
  const { abort } = effects('rolling');
  t.equal(abort?.devices, 3);
  t.match(abort?.effect, /3 devices under way go back, 2 devices that run it keep it, 3 devices/);
});

t.test('to pause stops who waits, not who is at it', async (t) => {
  t.match(effects('rolling').pause, {
    devices: 4,
    effect: /2 devices under way end by themselves/,
  });
  t.match(effects('scheduled', { started_at: null }).pause?.effect, /does not start/);
});

t.test('to resume goes on where it was', async (t) => {
  const of = (paused_from: RolloutState) => effects('paused', { paused_from }).resume?.effect;
  t.match(of('rolling'), /Wave 2 goes on: 4 devices are told/);
  t.match(of('baking'), /Wave 2 is watched anew/);
  t.match(of('shadowing'), /begins anew/);
});

t.test('to promote begins the next wave, or ends it', async (t) => {
  const first = { wave: 0 };
  t.match(effects('baking', first).promote, { devices: 4, effect: /Wave 2 begins, whatever/ });
  t.match(effects('baking').promote, { devices: 0, effect: /completed.*champion/ });
  t.match(effects('shadowing', first).promote, { devices: 0, effect: /Wave 1 begins/ });
});

t.test('to retry is for who failed; a paused one tells them later', async (t) => {
  t.match(effects('baking').retry, { devices: 1, effect: '1 device that failed is to try again.' });
  t.match(effects('paused', { paused_from: 'baking' }).retry?.effect, /once it is resumed/);
});

t.test('to retry a configuration is for those that never had it', async (t) => {
  const plan = { ...PLAN, cargo: { kind: 'configuration', version: 5 } } as const;
  const row = { state: 'rolling', paused_from: null, started_at: 1, start_at: 1, wave: 1 } as const;
  const of = (devices: number, touched: number) =>
    orderEffects(row, plan, [{ wave: 1, state: 'failed', devices, touched }]).find(
      ({ order }) => order === 'retry',
    );
  t.match(of(3, 3), {
    devices: 0,
    effect: /^3 devices had this version, and a device tries a version once/,
  });
  t.match(of(3, 2), {
    devices: 1,
    effect: /^1 device that failed is to try again. 2 devices had this version/,
  });
  t.match(of(1, 0), { devices: 1, effect: '1 device that failed is to try again.' });
});

t.test('an order that has not begun has nothing to take back', async (t) => {
  const row = { state: 'paused', paused_from: 'scheduled', started_at: null } as const;
  t.same(
    ORDERS.filter((order) => mayOrder(row, order)),
    ['resume', 'retry', 'abort'],
  );
});
