import type { NewLabel, QueuePage } from '../../../../src/resources/label.ts';
import type { SampleView } from '../../../../src/resources/sample.ts';

interface Done {
  readonly sample: SampleView;
  readonly said: NewLabel;
}

/**
 * What was given is one's own for a while; what one took back is again, as soon as that has
 * arrived.
 */
type Upcoming = SampleView & Partial<QueuePage['samples'][number]>;

/** The pictures before a person. */
export interface LabelQueue {
  /** The first is the one that is seen. */
  readonly upcoming: readonly Upcoming[];
  /** What was said, the last last; for undo. The oldest are forgotten first. */
  readonly done: readonly Done[];
  /** The last time that it was asked for more, there was nothing new. */
  readonly dry: boolean;
  /** When that was, in ms since 1970. */
  readonly takenAt: number;
}

/** As the API gives at most. */
export const TAKE = 20;
/** With fewer before one, more are taken. */
const LOW = 10;
/**
 * More than can be on their way to the control plane: what is still unlabelled there must not come
 * again.
 */
const REMEMBERED = 300;

/** So long nobody else gets what was taken, as the API says, in ms: five minutes. */
export const LEASE = 300_000;
/**
 * After so long it is taken again with the next answer: at once no more than TAKE are, of all that
 * may be here.
 */
const RENEW = 120_000;

export const EMPTY_QUEUE: LabelQueue = { upcoming: [], done: [], dry: false, takenAt: 0 };

/**
 * Whether to ask for more, or for what is here, before others get it. Of one who answers nothing it
 * is not kept.
 */
export const needsMore = ({ upcoming, dry, takenAt }: LabelQueue, now: number): boolean =>
  (!dry && upcoming.length < LOW) || (upcoming.length > 0 && now - takenAt >= RENEW);

/**
 * What was given, what one holds already first: without what is here, or was answered a moment ago
 * and is not through yet. What is here and one's own no more goes, but for the one that is seen:
 * nothing changes under somebody's eyes.
 */
export function take(queue: LabelQueue, given: QueuePage['samples'], now: number): LabelQueue {
  const isAll = given.length < TAKE || now - queue.takenAt >= LEASE;
  const held = new Set(given.map(({ sha256 }) => sha256));
  const isLost = ({ sha256, leasedUntil }: Upcoming, place: number) =>
    isAll && place > 0 && leasedUntil !== undefined && !held.has(sha256);
  const known = new Set([
    ...queue.upcoming.map(({ sha256 }) => sha256),
    ...queue.done.map(({ sample }) => sample.sha256),
  ]);
  const fresh = given.filter(({ sha256 }) => !known.has(sha256));
  return {
    ...queue,
    upcoming: [...queue.upcoming.filter((sample, place) => !isLost(sample, place)), ...fresh],
    // A full answer of what is known says nothing of what else waits.
    dry: fresh.length === 0 && given.length < TAKE,
    takenAt: now,
  };
}

/** Another has labelled it. The one that is seen stays: nothing changes under somebody's eyes. */
export const drop = (queue: LabelQueue, sha256: string): LabelQueue => ({
  ...queue,
  upcoming: queue.upcoming.filter((sample, place) => place === 0 || sample.sha256 !== sha256),
});

export function answer(queue: LabelQueue, said: NewLabel): LabelQueue {
  const [sample, ...upcoming] = queue.upcoming;
  if (!sample) return queue;
  return { ...queue, upcoming, done: [...queue.done, { sample, said }].slice(-REMEMBERED) };
}

/** The last that was answered is before one again. */
export function undo(queue: LabelQueue): LabelQueue {
  const last = queue.done.at(-1);
  return last ? putFirst({ ...queue, done: queue.done.slice(0, -1) }, last.sample) : queue;
}

export function putFirst(queue: LabelQueue, sample: Upcoming): LabelQueue {
  const { leasedUntil: _before, ...back } = sample;
  return {
    ...queue,
    upcoming: [back, ...queue.upcoming.filter(({ sha256 }) => sha256 !== back.sha256)],
    done: queue.done.filter((done) => done.sample.sha256 !== back.sha256),
  };
}

/** Something may wait that did not before. */
export const askAgain = (queue: LabelQueue): LabelQueue => ({ ...queue, dry: false });

/** What the model that saw it last took it for, with its score. */
export function guessOf({ guess, sightings }: SampleView): { name: string; score: number } | null {
  if (guess === null) return null;
  const seen = sightings.findLast(({ scores }) => scores[guess] !== undefined);
  return { name: guess, score: seen?.scores[guess] ?? 0 };
}
