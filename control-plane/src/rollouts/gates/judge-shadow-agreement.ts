import { counted } from '@edgeloop/protocol/counted';
import { percent, share } from '../../jobs/gate/in-words.ts';
import { wilsonLower } from '../../statistics/wilson-lower.ts';
import type { ShadowAgreementGate } from './gate-settings.ts';
import { failed, type Judgement, passed, undecided } from './judgement.ts';
import type { WaveFigures } from './wave-figures.ts';

interface Agreement {
  readonly compared: number;
  readonly agreed: number;
}

/**
 * How often the candidate, as a shadow, agrees with the model that decides: the lower bound of the
 * share must reach the limit, of all frames and of each class by itself, since a rare class drowns
 * in the whole. Frames of one device are alike: the sample counts as the smaller one that devices'
 * own differences make of it (Kish's design effect). For a limit of 90 % and a true agreement of 95
 * %, 200 independent frames pass in 9 of 10 times at alpha 0.05. Source: Wilson, JASA 22, 1927;
 * Kish, "Survey Sampling", 8.2, and Cochran, "Sampling Techniques", 6.3 (ratio estimates).
 */
export function judgeShadowAgreement(
  { limit, classLimit, alpha, minimum }: ShadowAgreementGate,
  { wave }: WaveFigures,
): Judgement {
  const shadows = wave.flatMap(({ shadow }) => (shadow && shadow.compared > 0 ? [shadow] : []));
  const whole = bound(shadows, alpha);
  const { compared, agreed, lower } = whole;
  const figures = { devices: shadows.length, compared, agreed, lower };
  if (shadows.length < minimum.devices || !(compared >= minimum.frames)) {
    const reason = `Expected ${minimum.frames} frames of ${counted(minimum.devices, 'shadow')}, received ${compared} of ${shadows.length}.`;
    return undecided(reason, figures);
  }
  const labels = new Set(shadows.flatMap(({ byClass }) => Object.keys(byClass)));
  const low = [...labels]
    .map((label) => {
      const ofClass = shadows.flatMap(({ byClass }) => byClass[label] ?? []);
      return { label, ...bound(ofClass, alpha) };
    })
    .filter((each) => each.compared >= minimum.classFrames && !(each.lower >= classLimit));
  const told = `Agrees on ${share(agreed, compared, 'frame')}, surely on ${percent(lower)}, expected ${percent(limit)}.`;
  const classes = low.map(
    (each) =>
      ` Of ${each.label}, on ${share(each.agreed, each.compared)}, surely on ${percent(each.lower)}, expected ${percent(classLimit)}.`,
  );
  const reason = told + classes.join('');
  const all = { ...figures, classesBelow: low.length };
  return lower >= limit && low.length === 0 ? passed(reason, all) : failed(reason, all);
}

function bound(devices: readonly Agreement[], alpha: number): Agreement & { lower: number } {
  const compared = devices.reduce((sum, each) => sum + each.compared, 0);
  const agreed = devices.reduce((sum, each) => sum + each.agreed, 0);
  if (compared === 0) return { compared, agreed, lower: 0 };
  const part = agreed / compared;
  const effective = compared / designEffect(devices, part, compared);
  return { compared, agreed, lower: wilsonLower(part, effective, alpha) };
}

/**
 * By what the variance between devices exceeds that of as many independent frames; 1 for one
 * device, which shows none.
 */
function designEffect(devices: readonly Agreement[], part: number, compared: number): number {
  const independent = part * (1 - part) * compared;
  if (devices.length < 2 || independent === 0) return 1;
  const squares = devices.reduce((sum, each) => sum + (each.agreed - part * each.compared) ** 2, 0);
  return Math.max(1, ((devices.length / (devices.length - 1)) * squares) / independent);
}
