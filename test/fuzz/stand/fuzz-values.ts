import fc from 'fast-check';
import type { Test } from 'tap';
import { casesOf, SEED, takesItsTime } from './budget.ts';
import { MemoryWatch } from './memory.ts';
import { Watchdog } from './watchdog.ts';

export interface ValueTarget<Value> {
  readonly name: string;
  /** In CI. */
  readonly cases: number;
  readonly values: fc.Arbitrary<Value>;
  /** Takes the value, or refuses it; throws `Violation`, or anything, where it does neither. */
  readonly run: (value: Value) => void | Promise<void>;
}

/**
 * Runs the target on values that fast-check makes, and has it find the smallest that fails.
 * `EDGELOOP_FUZZ_SEED` runs the same again.
 */
export async function fuzzValues<Value>(t: Test, target: ValueTarget<Value>): Promise<void> {
  const { name, values, run } = target;
  const numRuns = casesOf(target.cases);
  takesItsTime(t);
  const watchdog = new Watchdog(`${name} with EDGELOOP_FUZZ_SEED=${SEED}`);
  const memory = new MemoryWatch();
  let done = 0;
  const property = fc.asyncProperty(values, async (value) => {
    watchdog.begin();
    done += 1;
    if (done === Math.ceil(numRuns / 2)) memory.half();
    await run(value);
  });
  try {
    await fc.assert(property, { numRuns, seed: SEED });
    t.same(memory.complaints(), [], `${name}: ${numRuns} cases, seed ${SEED}`);
  } finally {
    await watchdog.close();
  }
}
