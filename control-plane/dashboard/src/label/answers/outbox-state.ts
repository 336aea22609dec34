import type { NewLabel } from '../../../../src/resources/label.ts';
import type { Problem } from '../../api/problem.ts';

/** What a person said of a picture, on its way to the control plane. */
export interface Say {
  readonly kind: 'say';
  /** Sent again with it, the answer counts once. */
  readonly key: string;
  readonly task: string;
  readonly sha256: string;
  readonly said: NewLabel;
}

/** Takes back the last that the control plane has of this person. */
export interface Undo {
  readonly kind: 'undo';
  readonly key: string;
  readonly task: string;
  /** The picture that was meant; null: whatever was labelled last, before this page was open. */
  readonly sha256: string | null;
}

export type Answer = Say | Undo;

interface Refused {
  readonly answer: Say;
  readonly problem: Problem;
}

export interface OutboxState {
  /** In order; the first is on its way while `sending`. */
  readonly waiting: readonly Answer[];
  readonly sending: boolean;
  /** What the control plane will not take as it is: nothing is dropped before a person says so. */
  readonly refused: readonly Refused[];
}

/** Answers that wait; one more is not taken from the keyboard. Nothing is ever dropped. */
export const MOST_WAITING = 100;

export const EMPTY: OutboxState = { waiting: [], sending: false, refused: [] };

export const isFull = ({ waiting }: OutboxState): boolean => waiting.length >= MOST_WAITING;

export const push = (state: OutboxState, answer: Answer): OutboxState => ({
  ...state,
  waiting: [...state.waiting, answer],
});

/** Takes an answer back: out of the line where it did not leave yet, else by an undo behind it. */
export function takeBack(state: OutboxState, undo: Undo): OutboxState {
  const { waiting, sending, refused } = state;
  const isIt = (answer: Answer) => answer.kind === 'say' && answer.sha256 === undo.sha256;
  if (refused.some(({ answer }) => isIt(answer))) {
    return { ...state, refused: refused.filter(({ answer }) => !isIt(answer)) };
  }
  const at = waiting.findLastIndex(isIt);
  const left = at > 0 || (at === 0 && !sending);
  return left ? { ...state, waiting: waiting.toSpliced(at, 1) } : push(state, undo);
}

/** The first has been taken. */
export const sent = (state: OutboxState): OutboxState => ({
  ...state,
  waiting: state.waiting.slice(1),
});

/**
 * The first will not be taken. An undo that was meant for it would take back another: it goes as
 * well.
 */
export function refuse(state: OutboxState, problem: Problem): OutboxState {
  const [first, ...rest] = state.waiting;
  if (first?.kind !== 'say') return { ...state, waiting: rest };
  const undone = rest.findIndex(({ kind, sha256 }) => kind === 'undo' && sha256 === first.sha256);
  if (undone >= 0) return { ...state, waiting: rest.toSpliced(undone, 1) };
  return { ...state, waiting: rest, refused: [...state.refused, { answer: first, problem }] };
}

/** What was refused is sent once more, in its order, behind what waits. */
export const sendRefusedAgain = (state: OutboxState): OutboxState => ({
  ...state,
  waiting: [...state.waiting, ...state.refused.map(({ answer }) => answer)],
  refused: [],
});
