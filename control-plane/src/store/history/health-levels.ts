import type { EpochMillis, Millis } from '@edgeloop/protocol';

/** How fine, and how far back. */
export interface HealthLevel {
  readonly step: Millis;
  /** Buckets that a device has: the one that comes takes the place of the oldest. */
  readonly kept: number;
}

/**
 * Fine first: each for one of the spans that are looked at (hour, day, week), in fewer than
 * `MOST_POINTS`. A step is a whole multiple of the one before, and so is `kept` of that multiple:
 * the fine buckets of a coarse one lie side by side. 1476 rows of some 60 bytes are the most that a
 * device ever has.
 */
export const HEALTH_LEVELS: readonly HealthLevel[] = [
  { step: 60_000 as Millis, kept: 180 },
  { step: 300_000 as Millis, kept: 576 },
  { step: 1_800_000 as Millis, kept: 720 },
];

/** The most points of an answer. */
export const MOST_POINTS = 500;

export interface HealthSpan {
  readonly from: EpochMillis;
  readonly to: EpochMillis;
}

/** From which level a span is read, and how wide its points are: a multiple of the level's step. */
export interface HealthView extends HealthSpan {
  readonly level: HealthLevel;
  readonly step: Millis;
}

/**
 * The finest that reaches back as far and fits into `MOST_POINTS`; the span widened to whole
 * points.
 */
export function chooseView({ from, to }: HealthSpan, now: EpochMillis): HealthView {
  const fits = ({ step, kept }: HealthLevel) =>
    now - from <= step * kept && countPoints({ from, to }, step) <= MOST_POINTS;
  const level = HEALTH_LEVELS.find(fits) ?? (HEALTH_LEVELS.at(-1) as HealthLevel);
  let times = Math.max(1, Math.ceil((to - from) / level.step / MOST_POINTS));
  // One more where the ends of the span cut two points.
  if (countPoints({ from, to }, (level.step * times) as Millis) > MOST_POINTS) times += 1;
  const step = (level.step * times) as Millis;
  return { level, step, from: floorTo(from, step), to: ceilTo(to, step) };
}

export const floorTo = (at: number, step: Millis) => (Math.floor(at / step) * step) as EpochMillis;

const ceilTo = (at: number, step: Millis) => (Math.ceil(at / step) * step) as EpochMillis;

const countPoints = ({ from, to }: HealthSpan, step: Millis) =>
  (ceilTo(to, step) - floorTo(from, step)) / step;
