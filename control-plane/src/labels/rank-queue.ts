import type { EpochMillis } from '@edgeloop/protocol';
import type { GroupId } from '../samples/side.ts';
import type { Uncertainty } from '../samples/uncertainty.ts';

/** A sample that waits for a label. */
export interface Candidate {
  readonly sample: number;
  readonly group: GroupId;
  /** Null: no model has seen it. */
  readonly uncertainty: Uncertainty | null;
  /** What the model takes it for; null: no model has seen it. */
  readonly guess: string | null;
  /** Drawn whatever it shows: the test set is made of these. */
  readonly random: boolean;
  readonly disputed: boolean;
  readonly receivedAt: EpochMillis;
}

/** What has been labelled so far. */
export interface Labelled {
  readonly byClass: ReadonlyMap<string, number>;
  readonly byGroup: ReadonlyMap<GroupId, number>;
}

/** Of what one label teaches: how unsure the model is, and how few labels the class has that it guesses. */
const WEIGHTS = { uncertainty: 0.6, rarity: 0.4 } as const;
/** Where nothing is known. */
const UNKNOWN = 0.5;
/** What another sample of the same burst is worth, of the one before. */
const WORTH_OF_NEXT_IN_GROUP = 0.3;
/** Every fourth place is a random sample's: they teach little, but without them nothing can be judged. */
const RANDOM_EVERY = 4;

/**
 * The candidates that a person should see next, the first first: disputed ones, then those that the model would learn
 * most from, no burst filling the queue, with random ones at every fourth place, the longest waiting first.
 */
export function rankQueue(
  candidates: readonly Candidate[],
  labelled: Labelled,
  limit: number,
): readonly Candidate[] {
  const waiting = new Set(candidates.toSorted((a, b) => a.sample - b.sample));
  const seen = new Map(labelled.byGroup);
  const worth = worthOf(labelled.byClass);
  const ranked: Candidate[] = [];
  const take = (candidate: Candidate) => {
    ranked.push(candidate);
    waiting.delete(candidate);
    seen.set(candidate.group, (seen.get(candidate.group) ?? 0) + 1);
  };
  for (const candidate of [...waiting].filter(({ disputed }) => disputed)) take(candidate);
  while (ranked.length < limit && waiting.size > 0) {
    const randomIsDue = (ranked.length + 1) % RANDOM_EVERY === 0;
    const random = randomIsDue ? longestWaiting(waiting) : null;
    take(
      random ??
        best(
          waiting,
          (candidate) =>
            worth(candidate) * WORTH_OF_NEXT_IN_GROUP ** (seen.get(candidate.group) ?? 0),
        ),
    );
  }
  return ranked.slice(0, limit);
}

function worthOf(byClass: ReadonlyMap<string, number>): (candidate: Candidate) => number {
  const most = Math.max(0, ...byClass.values());
  const rarity = (guess: string | null) => {
    if (guess === null) return UNKNOWN;
    return most === 0 ? 1 : 1 - (byClass.get(guess) ?? 0) / most;
  };
  return ({ uncertainty, guess }) =>
    WEIGHTS.uncertainty * (uncertainty ?? UNKNOWN) + WEIGHTS.rarity * rarity(guess);
}

function longestWaiting(waiting: ReadonlySet<Candidate>): Candidate | null {
  const random = [...waiting].filter((candidate) => candidate.random);
  return random.length === 0 ? null : best(random, ({ receivedAt }) => -receivedAt);
}

/** The first of those with the highest value. */
function best(candidates: Iterable<Candidate>, value: (candidate: Candidate) => number): Candidate {
  let found: { candidate: Candidate; value: number } | null = null;
  for (const candidate of candidates) {
    const its = value(candidate);
    if (!found || its > found.value) found = { candidate, value: its };
  }
  return (found as { candidate: Candidate }).candidate;
}
