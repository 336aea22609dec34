import { type BootId, type EpochMillis, epochMillis } from '@edgeloop/protocol';
import { addCounts, countsSince, type ScoreCounts, totalOf } from './score-counts.ts';

/** What is kept of one model on one device: how it scored at first, and in the last day. */
export interface DriftState {
  readonly boot: BootId;
  /** As last told: cumulative since that boot. */
  readonly seen: ScoreCounts;
  readonly reference: {
    readonly from: EpochMillis;
    /** Null: it is still being taken. */
    readonly to: EpochMillis | null;
    readonly counts: ScoreCounts;
  };
  /** By hour since 1970, oldest first; of the last day. */
  readonly recent: readonly { readonly hour: number; readonly counts: ScoreCounts }[];
}

/** What a device's health says of one model. */
export interface ToldScores {
  readonly boot: BootId;
  readonly at: EpochMillis;
  readonly scores: ScoreCounts;
}

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** Whole days: dusk and night shifts shift scores as well. */
const REFERENCE_TIME = 3 * DAY;
/** Frames on each side, without which nothing is compared. */
export const LEAST_FRAMES = 500;

/** Takes in what a device told: counts are cumulative, so that lost messages lose nothing. */
export function observeScores(before: DriftState | null, told: ToldScores): DriftState {
  if (before === null) {
    const reference = { from: told.at, to: null, counts: {} };
    return { boot: told.boot, seen: told.scores, reference, recent: [] };
  }
  const since =
    told.boot === before.boot
      ? (countsSince(before.seen, told.scores) ?? told.scores)
      : told.scores;
  const reference = noLater(before.reference, told.at);
  const next = { ...before, reference, boot: told.boot, seen: told.scores };
  return reference.to === null
    ? { ...next, reference: takeReference(reference, since, told.at) }
    : { ...next, recent: takeRecent(before.recent, since, told.at) };
}

/** Times by a clock that was ahead are taken for now: nothing would be compared until then. */
function noLater(
  { from, to, counts }: DriftState['reference'],
  at: EpochMillis,
): DriftState['reference'] {
  const least = (time: EpochMillis) => epochMillis(Math.min(time, at));
  return { from: least(from), to: to === null ? null : least(to), counts };
}

function takeReference(
  { from, counts }: DriftState['reference'],
  since: ScoreCounts,
  at: EpochMillis,
): DriftState['reference'] {
  const all = addCounts(counts, since);
  const whole = at - from >= REFERENCE_TIME && totalOf(all) >= LEAST_FRAMES;
  return { from, to: whole ? at : null, counts: all };
}

function takeRecent(
  recent: DriftState['recent'],
  since: ScoreCounts,
  at: EpochMillis,
): DriftState['recent'] {
  const hour = Math.floor(at / HOUR);
  const kept = recent.filter((window) => window.hour > hour - 24 && window.hour < hour);
  // Of this hour, and of hours by a clock that was ahead.
  const now = recent.filter((window) => window.hour >= hour).map(({ counts }) => counts);
  return [...kept, { hour, counts: [...now, since].reduce(addCounts) }];
}
