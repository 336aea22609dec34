import { setTimeout as delay } from 'node:timers/promises';
import { ThreadError } from '@edgeloop/worker-thread';
import type { Logger } from 'pino';
import { HeldLease } from './held-lease.ts';
import type { Lease, LeaseStore } from './lease-store.ts';
import type { LeaseTimes } from './lease-times.ts';
import { LeaseWatch } from './lease-watch.ts';
import { inWords, isStoppedHere, type ProcessIdentity } from './process-identity.ts';

export interface LeaseKeeperOptions {
  readonly leases: LeaseStore;
  readonly self: ProcessIdentity;
  readonly times: LeaseTimes;
  /** Monotonic, in ms. */
  readonly clock: () => number;
  /** What who holds it does, until it is lost or `signal` is aborted. */
  readonly work: (held: HeldLease, signal: AbortSignal) => Promise<void>;
  readonly log: Logger;
}

/** After whoever had it gave it up others come first, and after the store failed it gets time. */
const REST = 1000;

/** Waits for the lease, does the work of who holds it, and waits again when it is lost. */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #watch: LeaseWatch;
  readonly #closing = new AbortController();
  #held: HeldLease | null = null;
  #seen: Lease | null = null;
  #lookedAt: number;
  #running: Promise<void> = Promise.resolve();

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    this.#watch = new LeaseWatch(options.times.patience);
    this.#lookedAt = options.clock();
  }

  /** Null: it stands by. */
  get held(): HeldLease | null {
    return this.#held;
  }

  /** Who has it, as far as is known; null: nobody. */
  get holder(): ProcessIdentity | null {
    return this.#seen?.holder ?? null;
  }

  /** How long ago it looked for it, in ms; 0 while it has it. */
  get idle(): number {
    return this.#held ? 0 : this.#options.clock() - this.#lookedAt;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Ends the work in order, and gives the lease up. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    const { look } = this.#options.times;
    while (!signal.aborted) {
      const held = await this.#tryToTake().catch((error: Error) => this.#failed(error));
      if (held) {
        await this.#workWith(held, signal);
        await delay(REST, undefined, { signal }).catch(() => {});
      } else await delay(look, undefined, { signal }).catch(() => {});
    }
  }

  async #workWith(held: HeldLease, signal: AbortSignal): Promise<void> {
    const { work, leases, log } = this.#options;
    this.#held = held;
    log.info({ generation: held.generation }, 'ingests from now on');
    await work(held, signal).catch((error: Error) => this.#failed(error));
    if (!held.lost.aborted) await leases.release(held.generation).catch(() => {});
    log.info({ generation: held.generation, lost: held.lost.aborted }, 'stands by');
    this.#held = null;
    this.#lookedAt = this.#options.clock();
  }

  async #tryToTake(): Promise<HeldLease | null> {
    const { leases, self, clock, times, log } = this.#options;
    const asked = clock();
    const lease = await leases.read().catch((error: Error) => {
      // A database that is away is so for whoever has the lease, too.
      this.#watch.restart(clock());
      throw error;
    });
    this.#lookedAt = clock();
    this.#seen = lease;
    const state = this.#watch.see(lease, asked, this.#lookedAt);
    if (state === 'held') return null;
    if (state === 'stale' && lease.holder) {
      log.warn({ holder: inWords(lease.holder) }, 'no sign of life: its lease is taken');
    }
    const since = clock();
    const waited = () => state === 'stale' && clock() - since > times.wait;
    const generation = await leases
      .take(lease, self, () => !waited())
      .catch((error: Error) => {
        if (!this.#unblock(lease, error)) this.#watch.restart(clock());
        throw error;
      });
    // Nobody could give a sign of life before the database was free, and may do so now.
    if (generation === null && waited()) this.#watch.restart(clock());
    return generation === null ? null : new HeldLease(generation, times.trust, clock, since);
  }

  /**
   * Nobody could write for long, and so whoever has the lease could give no sign of life either.
   * Unless that is who has the database locked: a process that was stopped within a transaction,
   * and keeps SQLite's lock until it ends. Nothing else takes it back; PostgreSQL ends such a
   * transaction by itself.
   * @returns whether it was that
   */
  #unblock({ holder }: Lease, error: Error): boolean {
    if (!isBusy(error) || holder === null || !isStoppedHere(holder)) return false;
    this.#options.log.error(
      { holder: inWords(holder) },
      'stopped with the database locked: it is killed',
    );
    process.kill(holder.pid, 'SIGKILL');
    return true;
  }

  #failed(error: Error): null {
    if (!this.#closing.signal.aborted) {
      this.#options.log.warn({ error: error.message }, 'the lease is looked at again');
    }
    return null;
  }
}

const isBusy = ({ cause }: Error) =>
  cause instanceof ThreadError && cause.reason.startsWith('SQLITE_BUSY');
