import type { DeviceId, Sha256 } from '@edgeloop/protocol';
import { placeOf } from '../plan/place.ts';

/** More of a side show little more, and cost as much again. */
const MOST_MEASURED = 500;
/** Where fewer are untouched, devices that have had the new model for long stand in for them. */
const ENOUGH_UNTOUCHED = 50;

/** What runs in the slot of a device of the same task. */
export interface Running {
  readonly device: DeviceId;
  readonly model: Sha256;
}

/**
 * With whom a wave is compared: devices that the rollout has not touched; and, where these are few,
 * as in the last wave, those of earlier waves. They run the new model, but what is compared is the
 * change of each, and in these hours nothing changes them.
 * @param running what runs where, but for the wave's own devices and those under way
 */
export function chooseControl(
  rollout: string,
  running: readonly Running[],
  model: Sha256,
): DeviceId[] {
  const untouched = running.filter((each) => each.model !== model);
  const settled = running.filter((each) => each.model === model);
  const chosen = firstOf(rollout, untouched, MOST_MEASURED);
  return [...chosen, ...firstOf(rollout, settled, Math.max(0, ENOUGH_UNTOUCHED - chosen.length))];
}

/** Always the same ones of the same, whoever asks. */
export function chooseMeasured(rollout: string, devices: readonly DeviceId[]): DeviceId[] {
  const all = devices.map((device) => ({ device }));
  return firstOf(rollout, all, MOST_MEASURED);
}

function firstOf(
  rollout: string,
  devices: readonly { readonly device: DeviceId }[],
  most: number,
): DeviceId[] {
  return devices
    .map(({ device }) => ({ device, place: placeOf(rollout, device) }))
    .sort((a, b) => a.place - b.place)
    .slice(0, most)
    .map(({ device }) => device);
}
