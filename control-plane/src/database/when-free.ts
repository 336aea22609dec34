/** So long another writer may have the database. */
const PATIENCE = 5000;
const AGAIN_AFTER = 1;

const nobody = new Int32Array(new SharedArrayBuffer(4));

/**
 * Tries until the other writer's transaction has ended; blocks the thread. SQLite's own waiting
 * sleeps ever longer, up to 100 ms, and finds out by chance that it is free between two
 * transactions of a busy writer: who looks each millisecond does so at once.
 * @param attempt a statement, or the begin of a transaction: what did not get the lock has changed
 * nothing
 * @throws what `attempt` throws; `SQLITE_BUSY` only after 5 s
 */
export function whenFree<Result>(attempt: () => Result): Result {
  for (const since = performance.now(); ; ) {
    try {
      return attempt();
    } catch (error) {
      const { code } = error as { readonly code?: string };
      const busy = code === 'SQLITE_BUSY' || code === 'SQLITE_BUSY_RECOVERY';
      if (!busy || performance.now() - since >= PATIENCE) throw error;
      Atomics.wait(nobody, 0, 0, AGAIN_AFTER);
    }
  }
}
