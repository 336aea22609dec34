import { counted } from '@edgeloop/protocol/counted';
import { framesOf } from './frames-of.ts';
import type { ConfidenceGate } from './gate-settings.ts';
import { type Judgement, undecided } from './judgement.ts';
import type { DeviceFigures, WaveFigures } from './wave-figures.ts';

interface Comparable {
  readonly wave: readonly DeviceFigures[];
  readonly control: readonly DeviceFigures[];
}

/**
 * From so many untouched devices on, how much devices differ by themselves is known well enough
 * that a change within it passes. With fewer, such a change is for a person to look at.
 */
export const ENOUGH_FOR_SPREAD = 10;

/** Those with enough frames before and after, where there are enough of them. */
export function comparableDevices(
  figures: WaveFigures,
  { devices, frames, controlDevices }: ConfidenceGate['minimum'],
): Comparable | { readonly tooFew: Judgement } {
  const enough = ({ before, after }: DeviceFigures) =>
    framesOf(before) >= frames && framesOf(after) >= frames;
  const [wave, control] = [figures.wave.filter(enough), figures.control.filter(enough)];
  if (wave.length >= devices && control.length >= controlDevices) return { wave, control };
  const counts = { devices: wave.length, controlDevices: control.length };
  const none = figures.control.length === 0;
  const advice = none
    ? ' No device is left to compare with: leave some to a later wave, or take this gate out of the last.'
    : '';
  const reason = `Expected ${frames} frames before and after of ${counted(devices, 'device')} of the wave and ${counted(controlDevices, 'other')}, received them of ${wave.length} and ${control.length}.${advice}`;
  return { tooFew: undecided(reason, counts) };
}
