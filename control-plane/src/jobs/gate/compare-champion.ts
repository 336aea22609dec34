import type { Sha256 } from '@edgeloop/protocol';
import type { GatePolicy } from './gate-policy.ts';
import { points, share } from './in-words.ts';
import { midP, samplesNeeded } from './mcnemar.ts';
import type { Calls, TestSample } from './read-predictions.ts';
import type { Check, Comparison } from './verdict.ts';

/** Who was right on the samples that both were asked. */
export function compare(
  samples: readonly TestSample[],
  challenger: Calls,
  champion: { readonly package: Sha256; readonly calls: Calls },
): Comparison {
  const counts = { samples: samples.length, right: 0, championRight: 0, wins: 0, losses: 0 };
  for (const { sha256, label } of samples) {
    const right = challenger.get(sha256) === label;
    const championRight = champion.calls.get(sha256) === label;
    if (right) counts.right++;
    if (championRight) counts.championRight++;
    if (right && !championRight) counts.wins++;
    if (championRight && !right) counts.losses++;
  }
  const p = samples.length === 0 ? null : midP(counts.wins, counts.losses);
  return { package: champion.package, ...counts, p };
}

/** Only a lead that is more than the margin and hardly chance counts. */
export function judgeComparison(
  { samples, right, championRight, wins, losses, p }: Comparison,
  { margin, alpha, leastSamples }: GatePolicy,
): Check {
  const check = (passed: boolean, reason: string, needed: number | null = null): Check => ({
    name: 'champion',
    passed,
    reason,
    samplesNeeded: needed,
  });
  if (samples < leastSamples || p === null) {
    return check(
      false,
      `Expected at least ${leastSamples} test samples of classes that the champion knows, received ${samples}. Label more of them.`,
      leastSamples,
    );
  }
  const lead = (right - championRight) / samples;
  const figures = `right on ${share(right, samples)} test samples, the champion on ${championRight}; of those that they differ on it wins ${wins} and loses ${losses}`;
  if (lead <= 0) return check(false, `Not better than the champion: ${figures}.`);
  if (lead < margin) {
    return check(
      false,
      `Better than the champion by ${points(lead)}, expected at least ${points(margin)}: ${figures}.`,
    );
  }
  if (!(p <= alpha)) {
    const needed = samplesNeeded((wins + losses) / samples, lead, alpha);
    return check(
      false,
      `Better than the champion, but that may be chance (p = ${p.toFixed(3)}, expected at most ${alpha}): ${figures}. If the lead is real, about ${needed} test samples would show it.`,
      Math.max(needed, samples + 1),
    );
  }
  return check(true, `Better than the champion (p = ${p.toPrecision(2)}): ${figures}.`);
}
