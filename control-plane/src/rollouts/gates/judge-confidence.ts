import { SCORE_BUCKETS } from '@edgeloop/protocol';
import { points } from '../../jobs/gate/in-words.ts';
import { studentTail } from '../../statistics/student-tail.ts';
import { comparableDevices, ENOUGH_FOR_SPREAD } from './comparable-devices.ts';
import { framesOf } from './frames-of.ts';
import type { ConfidenceGate } from './gate-settings.ts';
import { failed, type Judgement, passed, undecided } from './judgement.ts';
import type { DeviceFigures, ModelFigures, WaveFigures } from './wave-figures.ts';

/**
 * How far the mean winning score moved on the wave's devices, less how far it moved on untouched
 * ones in the same hours: a difference in differences. A device is one observation, its change from
 * before to after: its frames are alike, and say nothing of how much devices differ. The standard
 * error is that of the two groups with one pooled variance, and at least that of independent
 * frames; the test is Student's. It fails when the shift exceeds the limit and what chance gives.
 * Source: Angrist, Pischke, "Mostly Harmless Econometrics", 5.2; Donald, Lang, "Inference with
 * difference-in-differences", Rev. Econ. Stat. 89(2), 2007 (few groups: the t distribution on group
 * means).
 */
export function judgeConfidence(gate: ConfidenceGate, waveFigures: WaveFigures): Judgement {
  const { limit, direction, alpha } = gate;
  const comparable = comparableDevices(waveFigures, gate.minimum);
  if ('tooFew' in comparable) return comparable.tooFew;
  const [own, others] = [changes(comparable.wave), changes(comparable.control)];
  const shift = own.mean - others.mean;
  const size = direction === 'fall' ? -shift : Math.abs(shift);
  const { error, freedom } = standardError(own, others);
  const tail = freedom < 1 ? null : tailOf(size, error, freedom);
  const p = tail === null || direction === 'fall' ? tail : Math.min(1, 2 * tail);
  const figures = {
    devices: own.devices,
    controlDevices: others.devices,
    shift,
    change: own.mean,
    controlChange: others.mean,
    standardError: error,
    p,
  };
  const reason = `The mean score moved by ${points(own.mean)}, on untouched devices by ${points(others.mean)}: ${points(shift)} apart (standard error ${points(error)}), expected at most ${points(limit)}${direction === 'fall' ? ' down' : ''}.`;
  if (size <= limit) return passed(reason, figures);
  const beyondChance = p !== null && p < alpha;
  if (beyondChance) return failed(reason, figures);
  if (!(size > limit)) return undecided(reason, figures);
  return others.devices >= ENOUGH_FOR_SPREAD
    ? passed(`${reason} Devices move so by themselves.`, figures)
    : undecided(`${reason} With so few devices that may be chance.`, figures);
}

/** Without any error, whatever there is is no chance. */
function tailOf(size: number, error: number, freedom: number): number {
  if (error === 0) return size > 0 ? 0 : 1;
  return studentTail(size / error, freedom);
}

interface Changes {
  readonly devices: number;
  readonly mean: number;
  /** Σ (change − mean)². */
  readonly squares: number;
  /** Variance of the mean, were all frames independent. */
  readonly frameVariance: number;
}

function changes(devices: readonly DeviceFigures[]): Changes {
  const each = devices.map(({ before, after }) => {
    const [from, to] = [score(before), score(after)];
    return {
      change: to.mean - from.mean,
      variance: from.variance / from.frames + to.variance / to.frames,
    };
  });
  const n = each.length;
  const mean = each.reduce((sum, { change }) => sum + change, 0) / n;
  return {
    devices: n,
    mean,
    squares: each.reduce((sum, { change }) => sum + (change - mean) ** 2, 0),
    frameVariance: each.reduce((sum, { variance }) => sum + variance, 0) / n ** 2,
  };
}

function standardError(own: Changes, others: Changes) {
  const freedom = own.devices + others.devices - 2;
  const pooled = freedom < 1 ? 0 : (own.squares + others.squares) / freedom;
  const between = pooled * (1 / own.devices + 1 / others.devices);
  return { error: Math.sqrt(Math.max(between, own.frameVariance + others.frameVariance)), freedom };
}

/** Each score is taken to be in the middle of its bucket. */
function score(figures: ModelFigures) {
  const frames = framesOf(figures);
  let [sum, squares] = [0, 0];
  for (const counts of Object.values(figures.scores)) {
    for (const [i, count] of counts.entries()) {
      const middle = ((SCORE_BUCKETS[i - 1] ?? 0) + (SCORE_BUCKETS[i] ?? 1)) / 2;
      sum += count * middle;
      squares += count * middle ** 2;
    }
  }
  const mean = sum / frames;
  return { frames, mean, variance: Math.max(0, squares / frames - mean ** 2) };
}
