import { type Profiler, Session } from 'node:inspector';

/**
 * What V8 saw run of our own readers, block by block: a case that reaches a block for the first
 * time is worth changing further.
 */
export class BranchCoverage {
  readonly #session = new Session();
  readonly #of: RegExp;
  readonly #seen = new Set<string>();

  /** @param of the URLs of the modules that count */
  constructor(of: RegExp) {
    this.#of = of;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Blocks that were reached so far. */
  get size(): number {
    return this.#seen.size;
  }

  /** Blocks that ran since the last call, and are new. With `keep` they count as seen. */
  take(keep: boolean): number {
    let fresh = 0;
    for (const { url, functions } of this.#taken()) {
      if (!this.#of.test(url)) continue;
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          const block = `${url} ${startOffset} ${endOffset} ${magnitude(count)}`;
          if (count === 0 || this.#seen.has(block)) continue;
          fresh += 1;
          if (keep) this.#seen.add(block);
        }
      }
    }
    return fresh;
  }

  close(): void {
    this.#session.disconnect();
  }

  /** An inspector in its own process answers at once. */
  #taken(): readonly Profiler.ScriptCoverage[] {
    let result: readonly Profiler.ScriptCoverage[] = [];
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error) throw error;
      result = answer.result;
    });
    return result;
  }
}

/** Once, some times, often: a loop that runs longer is another way through. */
const magnitude = (count: number) => Math.floor(Math.log2(Math.max(1, count)));
