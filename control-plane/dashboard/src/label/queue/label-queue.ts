import type { NewLabel } from '../../../../src/resources/label.ts';
import type { SampleView } from '../../../../src/resources/sample.ts';

interface Done {
  readonly sample: SampleView;
  readonly said: NewLabel;
}

/** The pictures before a person. */
export interface LabelQueue {
  /** The first is the one that is seen. */
  readonly upcoming: readonly SampleView[];
  /** What was said, the last last; for undo. The oldest are forgotten first. */
  readonly done: readonly Done[];
  /** The last time that it was asked for more, there was nothing new. */
  readonly dry: boolean;
}

/** As the API gives at most. */
export const TAKE = 20;
/** With fewer before one, more are taken. */
const LOW = 10;
/** More than can be on their way to the control plane: what is still unlabelled there must not come again. */
const REMEMBERED = 300;

export const EMPTY_QUEUE: LabelQueue = { upcoming: [], done: [], dry: false };

export const needsMore = ({ upcoming, dry }: LabelQueue): boolean => !dry && upcoming.length < LOW;

/** What was given: without what is here, or was answered a moment ago and is not through yet. */
export function take(queue: LabelQueue, given: readonly SampleView[]): LabelQueue {
  const known = new Set([
    ...queue.upcoming.map(({ sha256 }) => sha256),
    ...queue.done.map(({ sample }) => sample.sha256),
  ]);
  const fresh = given.filter(({ sha256 }) => !known.has(sha256));
  return {
    ...queue,
    upcoming: [...queue.upcoming, ...fresh],
    // A full answer of what is known says nothing of what else waits.
    dry: fresh.length === 0 && given.length < TAKE,
  };
}

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

export const putFirst = (queue: LabelQueue, sample: SampleView): LabelQueue => ({
  ...queue,
  upcoming: [sample, ...queue.upcoming.filter(({ sha256 }) => sha256 !== sample.sha256)],
  done: queue.done.filter((done) => done.sample.sha256 !== sample.sha256),
});

/** Something may wait that did not before. */
export const askAgain = (queue: LabelQueue): LabelQueue => ({ ...queue, dry: false });

/** What the model that saw it last took it for, with its score. */
export function guessOf({ guess, sightings }: SampleView): { name: string; score: number } | null {
  if (guess === null) return null;
  const seen = sightings.findLast(({ scores }) => scores[guess] !== undefined);
  return { name: guess, score: seen?.scores[guess] ?? 0 };
}
