import type { Lane } from '../../lanes/lane.ts';
import type { RolloutPlan } from '../../plan/plan.ts';
import { targetTest } from '../../plan/target.ts';
import type { FleetDevice } from '../../store/fleet-reader.ts';
import type { DeviceMove } from '../../store/move-devices.ts';
import type { RolloutDeviceRow } from '../../store/rollout-tables.ts';

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
    // What it was told last holds, whatever it runs at this moment: it may be on its way back.
    const assigned = known.assigned.get(device);
    const stays = assigned === undefined || assigned === lane.wanted;
    const untold = generation === null && before_value === null;
    if (!found || !fits(found) || lane.valueOf(found.reported) === undefined) {
      moves.push(left(device));
    } else if (untold && stays && lane.has(found.reported)) moves.push(already(device));
    else if (found.offline && offline !== 'wait') moves.push(isOffline(device, offline));
    else tell.push(found);
  }
  return { tell, moves };
}

type Device = DeviceMove['device'];

const already = (device: Device): DeviceMove => ({
  ...{ device, from: 'pending', event: 'find-done', outcome: 'already' },
});

const left = (device: Device): DeviceMove => ({
  ...{ device, from: 'pending', event: 'skip', outcome: 'left' },
  reason: { code: 'LEFT', message: 'It is no longer among those that the rollout is for.' },
});

const isOffline = (device: Device, policy: 'skip' | 'fail'): DeviceMove => ({
  ...{ device, from: 'pending', event: policy, outcome: 'offline' },
  reason: { code: 'OFFLINE', message: 'It was offline when its turn came.' },
});
