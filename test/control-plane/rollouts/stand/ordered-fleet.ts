import type { DeviceId } from '@edgeloop/protocol';
import type { Test } from 'tap';
import type { Database } from '../../../../control-plane/src/database/open-stores.ts';
import { lookAtRollout } from '../../../../control-plane/src/rollouts/engine/look-at-rollout.ts';
import { hearDevices } from '../../../../control-plane/src/rollouts/engine/steps/hear-devices.ts';
import type { NewRollout } from '../../../../control-plane/src/rollouts/plan/plan.ts';
import type { RolloutId } from '../../../../control-plane/src/rollouts/rollout-id.ts';
import {
  type Order,
  RolloutOrders,
} from '../../../../control-plane/src/rollouts/rollout-orders.ts';
import { Rollouts } from '../../../../control-plane/src/rollouts/rollouts.ts';
import type { DeviceState } from '../../../../control-plane/src/rollouts/states/device-states.ts';
import { engineParts, reports } from './engine-parts.ts';
import { planOf } from './running-fleet.ts';

export const NAMES = ['a', 'b', 'c'] as string[] as DeviceId[];
/** By hand, all in one wave. */
export const ASKED = {
  ...planOf({ start: 'by hand' }),
  waves: planOf().waves.slice(1),
} as NewRollout;

const EVERYBODY = { among: null, judge: false };

/**
 * Three devices with the old model, and what a person does; the engine looks when it is told to.
 */
export async function orderedFleet(
  test: Pick<Test, 'teardown'>,
  open: (test: Pick<Test, 'teardown'>) => Promise<Database>,
) {
  const database = await open(test);
  const clock = { at: 1_000_000 };
  const { parts, assigned, events } = await engineParts(test, database, clock);
  for (const device of NAMES) await reports(database, device);
  const rollouts = new Rollouts(parts, () => {});
  const orders = new RolloutOrders(parts, () => {});
  const order = (rollout: RolloutId, order: Order) =>
    orders.carry(rollout, order, { by: 'me' }, () => {});
  const look = async (rollout: RolloutId) => {
    await hearDevices(parts, NAMES);
    await lookAtRollout(parts, await parts.reader.find(rollout), EVERYBODY);
  };
  return {
    database,
    parts,
    rollouts,
    assigned,
    events,
    clock,
    order,
    look,
    begin: async (more: object = {}) => {
      const { rollout } = await rollouts.create({ ...ASKED, ...more } as NewRollout, 'me');
      return rollout;
    },
    effects: (rollout: RolloutId) => orders.effects(rollout),
    /** From its start on, devices do what they are told. */
    async complete(rollout: RolloutId, slot: object) {
      await order(rollout, 'start');
      await look(rollout);
      for (const device of NAMES) await reports(database, device, { slot });
      await look(rollout);
      clock.at += 1000;
      await look(rollout);
      clock.at += 1000;
      const { state } = await parts.reader.find(rollout);
      if (state !== 'completed') throw new Error(`It is ${state}.`);
    },
    states: async (rollout: RolloutId) => {
      const states: Partial<Record<DeviceState, number>> = {};
      for (const { state, devices } of await parts.reader.counts(rollout)) {
        states[state] = (states[state] ?? 0) + devices;
      }
      return states;
    },
  };
}
