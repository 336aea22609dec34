import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Ingest } from '../ingest.ts';
import type { HeldLease } from './held-lease.ts';
import type { LeaseStore } from './lease-store.ts';
import type { LeaseTimes } from './lease-times.ts';

interface Beating {
  readonly ingest: Pick<Ingest, 'settled' | 'problem'>;
  readonly held: HeldLease;
  readonly leases: Pick<LeaseStore, 'beat'>;
  readonly times: LeaseTimes;
  /** Monotonic, in ms. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

/**
 * Gives signs of life while what comes in gets stored, until the lease is lost, `signal` is
 * aborted, or the broker can't be reached from here for a while: perhaps another can.
 */
export async function keepBeating(options: Beating): Promise<void> {
  const { ingest, held, leases, times, clock, signal } = options;
  const over = AbortSignal.any([signal, held.lost]);
  for (let connectedAt = clock(); !over.aborted; ) {
    await settledUnless(ingest, over);
    const askedAt = clock();
    // A database that is locked is asked again: who could take the lease could write.
    const beaten = await leases.beat(held.generation).catch(() => null);
    if (beaten === false) held.lose();
    if (beaten === true) held.confirm(askedAt);
    if (ingest.problem === null) connectedAt = clock();
    if (clock() - connectedAt >= times.withoutBroker) return;
    await delay(times.beat, undefined, { signal: over }).catch(() => {});
  }
}

/** Waits afresh each time: one promise of the end would keep a memory of every beat until then. */
async function settledUnless(ingest: Pick<Ingest, 'settled'>, over: AbortSignal): Promise<void> {
  const settled = new AbortController();
  const ended = once(over, 'abort', { signal: settled.signal }).catch(() => {});
  try {
    await Promise.race([ingest.settled(), ended]);
  } finally {
    settled.abort();
  }
}
