import { seededRandom } from '@edgeloop/protocol';
import type { Test } from 'tap';
import { LONG } from '../../stand/long.ts';
import { BranchCoverage } from './branch-coverage.ts';
import { casesOf, SEED, takesItsTime } from './budget.ts';
import { MemoryWatch } from './memory.ts';
import { mutate } from './mutate.ts';
import { Watchdog } from './watchdog.ts';

export interface ByteTarget {
  readonly name: string;
  /** In CI. */
  readonly cases: number;
  /** Valid inputs, and such as are wrong in a telling way. */
  readonly corpus: readonly Uint8Array[];
  /** Run as they are, and never changed: large, and made to be slow. */
  readonly once?: readonly Uint8Array[];
  /** Takes the bytes, or refuses them; throws `Violation`, or anything, where it does neither. */
  readonly run: (bytes: Buffer) => void | Promise<void>;
  /** Modules by whose branches the long run is guided. */
  readonly guide: RegExp;
}

/** Cases between two looks at what ran. */
const BATCH = 50;
/** Beyond it the corpus replaces its own finds, never what it began with. */
const MOST_FINDS = 2000;

/**
 * Changes valid inputs at random and runs the target on each. At full length the changed inputs
 * that reach a new branch of the reader are changed further. `EDGELOOP_FUZZ_SEED` runs the same
 * cases again.
 */
export async function fuzzBytes(t: Test, target: ByteTarget): Promise<void> {
  const count = casesOf(target.cases);
  takesItsTime(t);
  const watchdog = new Watchdog(`${target.name} with EDGELOOP_FUZZ_SEED=${SEED}`);
  const memory = new MemoryWatch();
  const coverage = LONG ? new BranchCoverage(target.guide) : null;
  const corpus = [...target.corpus];
  const run = async (bytes: Buffer, number: number) => {
    watchdog.begin();
    try {
      await target.run(bytes);
    } catch (error) {
      const shown = bytes.subarray(0, 6000).toString('base64');
      t.fail(`${target.name}, case ${number}, seed ${SEED}: ${error}`, { base64: shown });
      throw error;
    }
  };
  try {
    for (const seed of [...target.corpus, ...(target.once ?? [])]) await run(Buffer.from(seed), 0);
    coverage?.take(true);
    for (let done = 0; done < count; done += BATCH) {
      if (done >= count / 2 && done < count / 2 + BATCH) memory.half();
      const batch: Buffer[] = [];
      for (let i = done; i < Math.min(count, done + BATCH); i++) {
        const bytes = mutate(seededRandom(SEED, i), corpus);
        batch.push(bytes);
        await run(bytes, i);
      }
      if (!coverage || coverage.take(false) === 0) continue;
      for (const [i, bytes] of batch.entries()) {
        await run(bytes, done + i);
        if (coverage.take(true) > 0) keep(corpus, target.corpus.length, bytes);
      }
    }
    const guided = coverage ? `, ${coverage.size} branches, ${corpus.length} inputs kept` : '';
    t.same(memory.complaints(), [], `${target.name}: ${count} cases, seed ${SEED}${guided}`);
  } finally {
    coverage?.close();
    await watchdog.close();
  }
}

function keep(corpus: Uint8Array[], first: number, bytes: Buffer): void {
  if (corpus.length < first + MOST_FINDS) corpus.push(Buffer.from(bytes));
  else corpus[first + (corpus.length % MOST_FINDS)] = Buffer.from(bytes);
}
