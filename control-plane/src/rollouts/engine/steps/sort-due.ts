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

/** What happens to devices whose turn has come. @param known those that are still in the fleet, by name */
export function sortDue(
  due: readonly Pick<RolloutDeviceRow, 'device' | 'attempts'>[],
  known: ReadonlyMap<string, FleetDevice>,
  lane: Pick<Lane, 'valueOf' | 'has'>,
  { target, offline }: Pick<RolloutPlan, 'target' | 'offline'>,
): Due {
  const fits = targetTest(target);
  const tell: FleetDevice[] = [];
  const moves: DeviceMove[] = [];
  for (const { device, attempts } of due) {
    const found = known.get(device);
    if (!found || !fits(found) || lane.valueOf(found.reported) === undefined) {
      moves.push(left(device));
    } else if (lane.has(found.reported) && attempts === 0) moves.push(already(device));
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
