import { counted } from '@edgeloop/protocol/counted';
import type { RolloutPlan } from '../plan/plan.ts';
import {
  type DeviceState,
  MOVING_STATES,
  TOUCHED_STATES,
  UNDER_WAY_STATES,
} from '../states/device-states.ts';
import type { DeviceReach } from '../store/device-reach.ts';
import type { RolloutRow } from '../store/rollout-tables.ts';
import { isRetryablePayload } from './is-retryable-payload.ts';
import { mayOrder, ORDERS, type Order } from './order.ts';

/** What an order would do now. */
export interface OrderEffect {
  readonly order: Order;
  /** How many it concerns; null: who fits when it starts. */
  readonly devices: number | null;
  /** A sentence. */
  readonly effect: string;
}

type Row = Pick<RolloutRow, 'state' | 'paused_from' | 'started_at' | 'start_at' | 'wave'>;
type Effect = Omit<OrderEffect, 'order'>;

interface Course {
  readonly row: Row;
  readonly plan: RolloutPlan;
  /** How many are in one of these states; of all waves, or of those that fit. */
  readonly count: (states: readonly DeviceState[], fits?: (wave: number) => boolean) => number;
  /** Of those in one of these states, how many were told something. */
  readonly touched: (states: readonly DeviceState[], fits?: (wave: number) => boolean) => number;
}

const EFFECTS: Readonly<Record<Order, (course: Course) => Effect>> = {
  approve: ({ row }) => ({
    devices: null,
    effect: `It may start: ${row.start_at === null ? 'by hand' : 'when its time has come, with the devices that fit then'}.`,
  }),
  start: () => ({ devices: null, effect: 'It starts now, with the devices that fit now.' }),
  pause,
  resume,
  retry,
  promote,
  abort: ({ count, touched }) => {
    const devices = touched(UNDER_WAY_STATES);
    const [done, untold] = [count(['done']), count(['pending']) - touched(['pending'])];
    return {
      devices,
      effect: `It ends: ${these(devices)} under way ${go(devices)} back, ${these(done)} that ${run(done)} it ${keep(done)} it, ${these(untold)} ${are(untold)} never told. This can't be undone.`,
    };
  },
  'roll-back': ({ row, plan, count, touched }) => {
    const devices = touched(TOUCHED_STATES);
    const untold = count(['pending']) - touched(['pending']);
    const back = `${these(devices)} ${go(devices)} back to what ${devices === 1 ? 'it' : 'they'} ran before`;
    // While it goes on nobody else tells them a model, but a person a configuration.
    const mayStay =
      row.state === 'completed' || row.state === 'aborted' || plan.cargo.kind === 'configuration';
    const stays = mayStay ? '; who was told something else since stays as it is' : '';
    const champion =
      row.state === 'completed' && plan.champion
        ? '; the champion is again the model that was it before, unless somebody has named another since'
        : '';
    return {
      devices,
      effect: `${back}${stays}; ${these(untold)} ${are(untold)} never told${champion}. This can't be undone.`,
    };
  },
};

/** What each order would do that has a meaning where a rollout is. */
export function orderEffects(
  row: Row,
  plan: RolloutPlan,
  reach: readonly DeviceReach[],
): OrderEffect[] {
  const course: Course = {
    row,
    plan,
    count: (states, fits = () => true) =>
      sumOf(reach, ({ wave, state, devices }) =>
        states.includes(state) && fits(wave) ? devices : 0,
      ),
    touched: (states, fits = () => true) =>
      sumOf(reach, ({ wave, state, touched }) =>
        states.includes(state) && fits(wave) ? touched : 0,
      ),
  };
  return ORDERS.filter((order) => mayOrder(row, order)).map((order) => ({
    order,
    ...EFFECTS[order](course),
  }));
}

function pause({ row, count }: Course): Effect {
  const devices = count(['pending']);
  if (row.state === 'scheduled') {
    return { devices, effect: 'It does not start before it is resumed.' };
  }
  if (row.state === 'shadowing') {
    return {
      devices,
      effect: 'The candidate looks on, and nothing is judged until it is resumed.',
    };
  }
  const moving = count(MOVING_STATES);
  return {
    devices,
    effect: `${these(devices)} ${are(devices)} not told until it is resumed; ${these(moving)} under way ${moving === 1 ? 'ends' : 'end'} by ${moving === 1 ? 'itself' : 'themselves'}. Nothing is judged.`,
  };
}

function resume({ row, count }: Course): Effect {
  const [devices, wave] = [count(['pending'], (of) => of <= row.wave), row.wave + 1];
  if (row.paused_from === 'scheduled') {
    return { devices, effect: 'It waits for its start again.' };
  }
  if (row.paused_from === 'shadowing') {
    return { devices, effect: 'The time in which the candidate looks on begins anew.' };
  }
  if (row.paused_from === 'baking') {
    return { devices, effect: `Wave ${wave} is watched anew, for its whole bake.` };
  }
  return { devices, effect: `Wave ${wave} goes on: ${these(devices)} ${are(devices)} told.` };
}

function retry({ row, plan, count, touched }: Course): Effect {
  const begun = (wave: number) => wave <= row.wave;
  const tried = isRetryablePayload(plan) ? 0 : touched(['failed'], begun);
  const devices = count(['failed'], begun) - tried;
  const when = row.state === 'paused' ? ' once it is resumed' : '';
  const again = `${these(devices)} that failed ${will(devices)} try again${when}.`;
  if (tried === 0) return { devices, effect: again };
  const once = `${these(tried)} had this version, and a device tries a version once: make another version for ${tried === 1 ? 'it' : 'them'}.`;
  return { devices, effect: devices === 0 ? once : `${again} ${once}` };
}

function promote({ row, plan, count }: Course): Effect {
  const shadowing = row.state === 'shadowing' || row.paused_from === 'shadowing';
  const wave = shadowing ? 0 : row.wave + 1;
  const devices = count(['pending'], (of) => of <= wave);
  if (wave < plan.waves.length) {
    return {
      devices,
      effect: `Wave ${wave + 1} begins, whatever the gates say: ${these(devices)} ${are(devices)} told.`,
    };
  }
  const champion = plan.champion ? ', and its model is the champion' : '';
  return {
    devices: 0,
    effect: `It is completed, whatever the gates say${champion}. ${these(count(['done']))} keep what they run.`,
  };
}

const sumOf = (all: readonly DeviceReach[], of: (reach: DeviceReach) => number) =>
  all.reduce((sum, each) => sum + of(each), 0);

const one = (singular: string, plural: string) => (count: number) =>
  count === 1 ? singular : plural;
const these = (count: number) => counted(count, 'device');
const [are, go, run, keep] = [
  one('is', 'are'),
  one('goes', 'go'),
  one('runs', 'run'),
  one('keeps', 'keep'),
];
const will = one('is to', 'are to');
