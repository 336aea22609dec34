import type { EpochMillis } from '@edgeloop/protocol';
import type { GroupId } from '../samples/side.ts';
import type { Uncertainty } from '../samples/uncertainty.ts';
import { type Direction, Novelty } from './novelty.ts';

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
  /** A device took it of late whose scores drifted. */
  readonly drifted: boolean;
  /** Null: its model has no embedding, or no model has seen it. */
  readonly direction: Direction | null;
  readonly receivedAt: EpochMillis;
}

/** What has been labelled so far, or is before a person now. */
export interface Labelled {
  readonly byClass: ReadonlyMap<string, number>;
  readonly byGroup: ReadonlyMap<GroupId, number>;
  /** The latest. */
  readonly directions: readonly Direction[];
}

/**
 * Of what one label teaches: how unsure the model is, and how few labels the class has that it
 * guesses.
 */
const WEIGHTS = { uncertainty: 0.6, rarity: 0.4 } as const;
/** Where nothing is known. */
const UNKNOWN = 0.5;
/**
 * How unsure a model counts at least where its scores drifted: it sees what it was not trained for,
 * and may be sure of it.
 */
const UNSURE_WHERE_DRIFTED: Uncertainty = 0.7;
/** What another sample of the same burst is worth, of the one before. */
const WORTH_OF_NEXT_IN_GROUP = 0.3;
/** What a sample is worth that the model can't tell from a known one, of one that it can. */
const WORTH_OF_LOOK_ALIKE = 0.3;
/**
 * Every fourth place is a random sample's: they teach little, but without them nothing can be
 * judged.
 */
const RANDOM_EVERY = 4;

/**
 * The candidates that a person should see next, the first first: disputed ones, then those that the
 * model would learn most from, no burst and no look-alikes filling the queue, with random ones at
 * every fourth place, the longest waiting first. Time: at most candidates · (limit + known
 * directions).
 */
export function rankQueue(
  candidates: readonly Candidate[],
  labelled: Labelled,
  limit: number,
): readonly Candidate[] {
  const worth = worthOf(labelled.byClass);
  const waiting = new Set(
    candidates
      .map((candidate) => ({ candidate, worth: worth(candidate) }))
      .sort((a, b) => b.worth - a.worth || a.candidate.sample - b.candidate.sample)
      .map((one, index) => ({ ...one, index })),
  );
  const novelty = new Novelty(
    [...waiting].map(({ candidate }) => candidate.direction),
    labelled.directions,
  );
  const seen = new Map(labelled.byGroup);
  const ranked: Candidate[] = [];
  const take = (one: Waiting) => {
    const { group, direction } = one.candidate;
    ranked.push(one.candidate);
    waiting.delete(one);
    seen.set(group, (seen.get(group) ?? 0) + 1);
    if (direction) novelty.add(direction);
  };
  const learnt = ({ candidate: { group }, worth }: Waiting, unlike: number) =>
    worth *
    // Frames of a burst look alike: it counts once.
    Math.min(
      WORTH_OF_NEXT_IN_GROUP ** (seen.get(group) ?? 0),
      WORTH_OF_LOOK_ALIKE + (1 - WORTH_OF_LOOK_ALIKE) * unlike,
    );
  const disputed = [...waiting].filter(({ candidate }) => candidate.disputed);
  for (const one of disputed.sort((a, b) => a.candidate.sample - b.candidate.sample)) take(one);
  while (ranked.length < limit && waiting.size > 0) {
    const randomIsDue = (ranked.length + 1) % RANDOM_EVERY === 0;
    const random = randomIsDue ? longestWaiting(waiting) : null;
    take(
      random ??
        best(
          waiting,
          (one) => learnt(one, novelty.of(one.index)),
          (one) => learnt(one, novelty.atMost(one.index)),
        ),
    );
  }
  return ranked.slice(0, limit);
}

/** In the order of what they are worth, so that the best is met early. */
interface Waiting {
  readonly candidate: Candidate;
  readonly worth: number;
  readonly index: number;
}

function worthOf(byClass: ReadonlyMap<string, number>): (candidate: Candidate) => number {
  const most = Math.max(0, ...byClass.values());
  const rarity = (guess: string | null) => {
    if (guess === null) return UNKNOWN;
    return most === 0 ? 1 : 1 - (byClass.get(guess) ?? 0) / most;
  };
  return ({ uncertainty, drifted, guess }) => {
    const told = uncertainty ?? UNKNOWN;
    const unsure = drifted ? UNSURE_WHERE_DRIFTED + (1 - UNSURE_WHERE_DRIFTED) * told : told;
    return WEIGHTS.uncertainty * unsure + WEIGHTS.rarity * rarity(guess);
  };
}

function longestWaiting(waiting: ReadonlySet<Waiting>): Waiting | null {
  let longest: Waiting | null = null;
  for (const one of waiting) {
    if (!one.candidate.random) continue;
    if (!longest || hasWaitedLonger(one.candidate, longest.candidate)) longest = one;
  }
  return longest;
}

const hasWaitedLonger = (a: Candidate, b: Candidate) =>
  a.receivedAt < b.receivedAt || (a.receivedAt === b.receivedAt && a.sample < b.sample);

/**
 * The first of those with the highest value; what can't be it by what it has at most is not looked
 * at.
 */
function best(
  waiting: Iterable<Waiting>,
  value: (one: Waiting) => number,
  atMost: (one: Waiting) => number,
): Waiting {
  let found: { readonly one: Waiting; readonly value: number } | null = null;
  for (const one of waiting) {
    if (found && atMost(one) <= found.value) continue;
    const its = value(one);
    if (!found || its > found.value) found = { one, value: its };
  }
  return (found as { one: Waiting }).one;
}
