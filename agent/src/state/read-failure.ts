import { setTimeout as delay } from 'node:timers/promises';

/**
 * `disk`: it could not give what is there; `scarce`: this process, or the device, was short of
 * handles or memory.
 */
export type ReadFailure = 'disk' | 'scarce';

const FAILURES: Readonly<Record<string, ReadFailure>> = {
  EIO: 'disk',
  EMFILE: 'scarce',
  ENFILE: 'scarce',
  ENOMEM: 'scarce',
};
/** Before another try, in ms. */
const WAITS = [50, 250];

/**
 * Whether a read failed so, as an error itself or what it came of says: of what is there that says
 * nothing. Null: it did not.
 */
export function readFailure(error: unknown): ReadFailure | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const failure = FAILURES[String((cause as NodeJS.ErrnoException).code)];
    if (failure) return failure;
  }
  return null;
}

/** Reads, and where that fails so twice more, a moment later. */
export async function readAgain<Result>(read: () => Promise<Result>): Promise<Result> {
  for (const wait of WAITS) {
    try {
      return await read();
    } catch (error) {
      if (readFailure(error) === null) throw error;
      await delay(wait);
    }
  }
  return read();
}
