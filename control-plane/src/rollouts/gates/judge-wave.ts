import type { GateResult } from './gate-result.ts';
import type { GateSettings } from './gate-settings.ts';
import type { WaveFigures } from './wave-figures.ts';

/**
 * What each gate says of a wave. Before the bake is over a gate may fail, and none passes for good: what is told then is how it
 * stands. Without gates a wave is judged by nobody: that is for the caller to refuse.
 * @param over whether the bake has ended: what is undecided then has failed
 */
export function judgeWave(
  _gates: readonly GateSettings[],
  _figures: WaveFigures,
  _bake: { readonly over: boolean },
): GateResult[] {
  return [];
}
