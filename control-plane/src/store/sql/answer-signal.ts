/** How many answers a thread has given: who waits for one blocks until there is one more. */
export type AnswerSignal = Int32Array<SharedArrayBuffer>;

export const createAnswerSignal = (): AnswerSignal => new Int32Array(new SharedArrayBuffer(4));

export const answersOf = (signal: AnswerSignal): number => Atomics.load(signal, 0);

/** After the answer was sent. */
export function tellAnswer(signal: AnswerSignal): void {
  Atomics.add(signal, 0, 1);
  Atomics.notify(signal, 0);
}

/**
 * Blocks until there are more answers than before. On a busy machine a thread may be held up
 * between its two steps above: it then wakes who waits for the next answer by now, and who took
 * that for this answer would have each later one for the call before.
 * @param patience ms
 * @returns false: none came
 */
export function waitForAnswer(signal: AnswerSignal, before: number, patience: number): boolean {
  while (answersOf(signal) === before) {
    if (Atomics.wait(signal, 0, before, patience) === 'timed-out') return false;
  }
  return true;
}
