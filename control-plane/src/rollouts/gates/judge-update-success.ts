import { counted } from '@edgeloop/protocol/counted';
import { percent, share } from '../../jobs/gate/in-words.ts';
import type { UpdateSuccessGate } from './gate-settings.ts';
import { failed, type Judgement, passed, undecided } from './judgement.ts';
import type { WaveFigures } from './wave-figures.ts';

/**
 * The share of the wave's devices that committed. All of them are counted, so nothing is estimated:
 * who has not ended counts as not committed. It fails as soon as the limit can't be reached any
 * more. Source: hawkBit's success condition of a rollout group (`successCondition`, threshold in
 * percent), which it turns around: there, a value that can't be read lets the next group start.
 */
export function judgeUpdateSuccess(
  { limit, minimum }: UpdateSuccessGate,
  { updates }: WaveFigures,
): Judgement {
  const { committed, failed: broken, refused, reverted, underWay } = updates;
  const devices = committed + broken + refused + reverted + underWay;
  const figures = { devices, committed, underWay };
  if (!(devices >= minimum.devices)) {
    return undecided(
      `Expected ${counted(minimum.devices, 'device')} in the wave, received ${devices}.`,
      {
        ...figures,
      },
    );
  }
  const expected = `expected at least ${percent(limit)}`;
  if (committed / devices >= limit) {
    return passed(`Committed on ${share(committed, devices, 'device')}, ${expected}.`, figures);
  }
  if ((committed + underWay) / devices < limit) {
    const reason = `Committed on ${share(committed, devices, 'device')}, and on ${underWay} it may yet, ${expected}.`;
    return failed(reason, figures);
  }
  const reason = `Committed on ${share(committed, devices, 'device')} until now, ${counted(underWay, 'is', 'are')} under way, ${expected}.`;
  return undecided(reason, figures);
}
