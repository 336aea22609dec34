import { Worker } from 'node:worker_threads';

/** Hand-overs in one measurement: a millisecond or a few. */
const TURNS = 10_000;
/** Of which the quickest counts: a thread that was taken off its core makes any of them slow. */
const MEASUREMENTS = 8;

/** Waits for its turn and hands it on; turns are counted, so that both sides know whose it is. */
const PARTNER = `
  const { workerData: turn } = require('node:worker_threads');
  for (let next = 1; next < ${TURNS * MEASUREMENTS}; next += 2) {
    while (Atomics.load(turn, 0) !== next) {}
    Atomics.store(turn, 0, next + 1);
  }
`;

/**
 * Nanoseconds that two cores take to hand a cache line from one to the other. On an EPYC some 30
 * where they share a cache and some 170 where they do not; a virtual machine may be moved from one
 * to the other at any time, and sees no difference in what its system tells of the processor.
 */
export async function handOverNanoseconds(): Promise<number> {
  const turn = new Int32Array(new SharedArrayBuffer(4));
  const partner = new Worker(PARTNER, { eval: true, workerData: turn });
  const ended = new Promise((resolve, reject) => partner.on('exit', resolve).on('error', reject));
  await new Promise((resolve) => partner.on('online', resolve));
  let least = Number.POSITIVE_INFINITY;
  for (let measured = 0; measured < MEASUREMENTS; measured++) {
    const begun = process.hrtime.bigint();
    for (let next = measured * TURNS; next < (measured + 1) * TURNS; next += 2) {
      Atomics.store(turn, 0, next + 1);
      while (Atomics.load(turn, 0) !== next + 2) {}
    }
    least = Math.min(least, Number(process.hrtime.bigint() - begun) / TURNS);
  }
  await ended;
  return least;
}
