import { fQuantile } from '../../../statistics/f-quantile.ts';
import { comparableDevices, ENOUGH_FOR_SPREAD } from '../comparable-devices.ts';
import { framesOf } from '../frames-of.ts';
import type { ClassMixGate } from '../gate-settings.ts';
import { failed, type Judgement, passed, undecided } from '../judgement.ts';
import type { DeviceFigures, WaveFigures } from '../wave-figures.ts';
import { chanceDivergence, type GroupDivergence } from './chance-divergence.ts';
import { DIVERGENCES, OF_PSI } from './divergence.ts';
import { expectedMix, smooth } from './expected-mix.ts';
import { labelsOf, meanOf, mixChanges, sumOf } from './mix-change.ts';

/** Instead of degrees of freedom without end. */
const MANY = 1e6;

/**
 * How far the wave's class mix is from the one that its own mix before, and the change of untouched
 * devices in the same hours, lead one to expect (`expectedMix`): dusk, which shifts all, is no
 * divergence. It fails when that exceeds the limit and what chance gives: the greater of what
 * untouched devices diverge by themselves (`chanceDivergence`) and of what independent frames
 * would. Within the limit it passes; beyond it, but within chance, it passes where chance is known
 * well enough. Two classes that are swapped and equally frequent leave the mix as it was: the
 * shadow's agreement sees that, this does not. Source: docs/adr/0015.
 */
export function judgeClassMix(gate: ClassMixGate, waveFigures: WaveFigures): Judgement {
  const { limit, measure, alpha } = gate;
  const comparable = comparableDevices(waveFigures, gate.minimum);
  if ('tooFew' in comparable) return comparable.tooFew;
  const { wave, control } = comparable;
  const labels = labelsOf([...wave, ...control]);
  const untouched = mixChanges(control, labels);
  const divergence: GroupDivergence = (group, others) =>
    DIVERGENCES[measure](smooth(group.after), expectedMix(group.before, others));
  const own = meanOf(sumOf(mixChanges(wave, labels)));
  const seen = divergence(own, meanOf(sumOf(untouched)));
  const spread = chanceDivergence({
    divergence,
    control: untouched,
    classes: labels.length,
    size: wave.length,
    alpha,
  });
  const frames = ofFrames(wave, labels.length, alpha) * OF_PSI[measure];
  const chance = Math.max(spread, frames);
  const figures = {
    devices: wave.length,
    controlDevices: control.length,
    classes: labels.length,
    divergence: seen,
    chance,
    spreadOfDevices: spread,
    spreadOfFrames: frames,
  };
  const reason = `The class mix is ${three(seen)} (${NAMES[measure]}) from what it was before and what changed for ${control.length} untouched devices, expected at most ${three(limit)}; by chance it would be up to ${three(chance)}.`;
  if (seen <= limit) return passed(reason, figures);
  if (seen > chance) return failed(reason, figures);
  return control.length >= ENOUGH_FOR_SPREAD && seen <= chance
    ? passed(`${reason} Untouched devices diverge so by themselves.`, figures)
    : undecided(`${reason} Too few untouched devices to tell it from chance.`, figures);
}

/** What PSI exceeds by chance when frames are independent draws of one mix. */
function ofFrames(wave: readonly DeviceFigures[], classes: number, alpha: number): number {
  const total = (side: 'before' | 'after') =>
    wave.reduce((sum, device) => sum + framesOf(device[side]), 0);
  const freedom = Math.max(1, classes - 1);
  const chiSquare = freedom * fQuantile(alpha, freedom, MANY);
  return (1 / total('before') + 1 / total('after')) * chiSquare;
}

const NAMES = { psi: 'PSI', 'jensen-shannon': 'Jensen-Shannon, bits' } as const;
const three = (value: number) => value.toFixed(3);
