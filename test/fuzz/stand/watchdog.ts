import { Worker } from 'node:worker_threads';

/** For hangs alone: the slowest case takes a thousandth of it. */
const LONGEST_CASE_MS = 60_000;

/**
 * Watches from a thread of its own, since a case that hangs holds up this one: when no case ended
 * for a minute it says which, and ends the process.
 */
export class Watchdog {
  readonly #count = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;

  /** @param how to run the cases again: what is said of the one that hangs */
  constructor(how: string) {
    const watch = `
      const { writeSync } = require('node:fs');
      const { count, how, patience } = require('node:worker_threads').workerData;
      let last = -1;
      setInterval(() => {
        const now = Atomics.load(count, 0);
        if (now !== last) return void (last = now);
        writeSync(2, 'Case ' + now + ' of ' + how + ' did not end.\\n');
        process.kill(process.pid, 'SIGKILL');
      }, patience);
    `;
    const workerData = { count: this.#count, how, patience: LONGEST_CASE_MS };
    this.#worker = new Worker(watch, { eval: true, execArgv: [], workerData });
    this.#worker.unref();
  }

  /** Before each case. */
  begin(): void {
    Atomics.add(this.#count, 0, 1);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
