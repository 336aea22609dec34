import { counted } from '@edgeloop/protocol/counted';
import { percent, share } from '../../jobs/gate/in-words.ts';
import { framesOf } from './frames-of.ts';
import type { MinimumReportsGate } from './gate-settings.ts';
import { type Judgement, passed, undecided } from './judgement.ts';
import type { WaveFigures } from './wave-figures.ts';

/**
 * Whether enough of the wave's devices that run the new model have told enough of what the new
 * model does: a canary that is silent, or looks at nothing, shows nothing. It never fails before
 * the bake is over, since more may come; then, too few are a failure. Who did not take the model,
 * were it without a word, is no matter of this gate: the update's success is. Source: "A canary
 * can't pass on too few data" in Google's "Canary Analysis Service", ACM Queue 16(1), 2018.
 */
export function judgeMinimumReports(
  { limit, minimum }: MinimumReportsGate,
  { wave }: WaveFigures,
): Judgement {
  const running = wave.filter(({ runs }) => runs);
  const told = running.filter(({ after }) => framesOf(after) >= minimum.frames).length;
  const frames = running.reduce((sum, { after }) => sum + framesOf(after), 0);
  const figures = { measured: wave.length, devices: running.length, told, frames };
  if (running.length === 0) {
    const none = `None of ${counted(wave.length, 'measured device')} says that it runs the new model.`;
    return undecided(none, figures);
  }
  const reason = `${share(told, running.length, 'device')} told of ${minimum.frames} frames or more by the new model, expected ${percent(limit)} and at least ${minimum.devices}.`;
  const enough = told >= minimum.devices && told / running.length >= limit;
  return enough ? passed(reason, figures) : undecided(reason, figures);
}
