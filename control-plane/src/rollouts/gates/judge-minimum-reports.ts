import { percent, share } from '../../jobs/gate/in-words.ts';
import { framesOf } from './frames-of.ts';
import type { MinimumReportsGate } from './gate-settings.ts';
import { type Judgement, passed, undecided } from './judgement.ts';
import type { WaveFigures } from './wave-figures.ts';

/**
 * Whether enough of the wave's devices have told enough of what the new model does: a canary that is silent, or looks at
 * nothing, shows nothing. It never fails before the bake is over, since more may come; then, too few are a failure.
 * Source: "A canary can't pass on too few data" in Google's "Canary Analysis Service", ACM Queue 16(1), 2018.
 */
export function judgeMinimumReports(
  { limit, minimum }: MinimumReportsGate,
  { wave }: WaveFigures,
): Judgement {
  const told = wave.filter(({ after }) => framesOf(after) >= minimum.frames).length;
  const frames = wave.reduce((sum, { after }) => sum + framesOf(after), 0);
  const figures = { devices: wave.length, told, frames };
  const reason = `${share(told, wave.length)} devices told of ${minimum.frames} frames or more by the new model, expected ${percent(limit)} and at least ${minimum.devices}.`;
  const enough = wave.length > 0 && told >= minimum.devices && told / wave.length >= limit;
  if (wave.length === 0) return undecided('No device of the wave is measured.', figures);
  return enough ? passed(reason, figures) : undecided(reason, figures);
}
