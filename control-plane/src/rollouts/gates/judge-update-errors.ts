import { counted } from '@edgeloop/protocol/counted';
import { percent, share } from '../../jobs/gate/in-words.ts';
import type { UpdateErrorsGate } from './gate-settings.ts';
import { failed, type Judgement, passed, undecided } from './judgement.ts';
import type { WaveFigures } from './wave-figures.ts';

/**
 * The share, or the count, of the wave's devices where the update failed, was refused or went back.
 * The share is of all of the wave, so that the first of many to fail is not all of those that
 * ended. It fails as soon as the limit is exceeded, and passes when those under way can't exceed it
 * any more. Source: hawkBit's error condition of a rollout group (`errorCondition`), with Mender's
 * outcomes of a deployment.
 */
export function judgeUpdateErrors(
  { limit, count, minimum }: UpdateErrorsGate,
  { updates }: WaveFigures,
): Judgement {
  const { committed, failed: broken, refused, reverted, underWay } = updates;
  const errors = broken + refused + reverted;
  const devices = committed + errors + underWay;
  const figures = { devices, failed: broken, refused, reverted, underWay };
  if (!(devices >= minimum.devices)) {
    const reason = `Expected ${counted(minimum.devices, 'device')} in the wave, received ${devices}.`;
    return undecided(reason, figures);
  }
  const most = `expected at most ${percent(limit)}${count === undefined ? '' : ` and ${count}`}`;
  const told = `Failed, refused or reverted on ${share(errors, devices, 'device')}, ${most}.`;
  const within = (some: number) =>
    some / devices <= limit && some <= (count ?? Number.POSITIVE_INFINITY);
  if (!within(errors)) return failed(told, figures);
  if (within(errors + underWay)) return passed(told, figures);
  return undecided(`${told} ${counted(underWay, 'is', 'are')} under way.`, figures);
}
