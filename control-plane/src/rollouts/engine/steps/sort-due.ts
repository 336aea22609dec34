import type { Lane } from '../../lanes/lane.ts';
import type { RolloutPlan } from '../../plan/plan.ts';
import { targetTest } from '../../plan/target.ts';
import type { FleetDevice } from '../../store/fleet-reader.ts';
import type { DeviceMove } from '../../store/move-devices.ts';
import type { RolloutDeviceRow } from '../../store/rollout-tables.ts';
import { SET_BY_HAND } from './find-set-by-hand.ts';

export interface Due {
  readonly tell: readonly FleetDevice[];
  /** What happens to the others. */
  readonly moves: readonly DeviceMove[];
}

/** What is known of devices whose turn has come, by name. */
export interface Known {
  /** Those that are still in the fleet. */
  readonly fleet: ReadonlyMap<string, FleetDevice>;
  /** See `Lane.assigned`. */
  readonly assigned: ReadonlyMap<string, string | null>;
  /** Those that a person has told something else since the rollout was planned. */
  readonly setByHand: ReadonlySet<string>;
}

/** What happens to devices whose turn has come. */
export function sortDue(
  due: readonly Pick<RolloutDeviceRow, 'device' | 'generation' | 'before_value'>[],
  known: Known,
  lane: Pick<Lane, 'wanted' | 'valueOf' | 'has'>,
  { target, offline }: Pick<RolloutPlan, 'target' | 'offline'>,
): Due {
  const fits = targetTest(target);
  const tell: FleetDevice[] = [];
  const moves: DeviceMove[] = [];
  for (const { device, generation, before_value } of due) {
    const found = known.fleet.get(device);
    const told = { assigned: known.assigned.get(device), held: { generation, before_value } };
    if (!found || !fits(found) || lane.valueOf(found.reported) === undefined) {
      moves.push(left(device));
    } else if (known.setByHand.has(device)) moves.push(setByHand(device));
    else if (runsAlready(lane, found, told)) moves.push(already(device));
    else if (found.offline && offline !== 'wait') moves.push(isOffline(device, offline));
    else tell.push(found);
  }
  return { tell, moves };
}

/** What a device was told until now. */
interface ToldBefore {
  /** See `Lane.assigned`. */
  readonly assigned: string | null | undefined;
  /** By a rollout that it is taken from, or at a first try; undefined: nothing. */
  readonly held: Pick<RolloutDeviceRow, 'generation' | 'before_value'> | undefined;
}

/** Whether a device has what the rollout brings, so that it is told nothing. */
export function runsAlready(
  lane: Pick<Lane, 'wanted' | 'has'>,
  { reported }: Pick<FleetDevice, 'reported'>,
  { assigned, held }: ToldBefore,
): boolean {
  // What it was told last holds, whatever it runs at this moment: it may be on its way back.
  const stays = assigned === undefined || assigned === lane.wanted;
  const untold = !held || (held.generation === null && held.before_value === null);
  return untold && stays && lane.has(reported);
}

type Device = DeviceMove['device'];

const already = (device: Device): DeviceMove => ({
  device,
  from: 'pending',
  event: 'find-done',
  outcome: 'already',
});

const left = (device: Device): DeviceMove => ({
  device,
  from: 'pending',
  event: 'skip',
  outcome: 'left',
  reason: { code: 'LEFT', message: 'It is no longer among those that the rollout is for.' },
});

const setByHand = (device: Device): DeviceMove => ({
  device,
  from: 'pending',
  event: 'skip',
  outcome: 'taken',
  reason: SET_BY_HAND,
});

const isOffline = (device: Device, policy: 'skip' | 'fail'): DeviceMove => ({
  device,
  from: 'pending',
  event: policy,
  outcome: 'offline',
  reason: { code: 'OFFLINE', message: 'It was offline when its turn came.' },
});
