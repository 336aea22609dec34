import type { Millis } from '@edgeloop/protocol';
import type { Lease, LeaseStore } from '../ingest/lease/lease-store.ts';
import { LeaseWatch } from '../ingest/lease/lease-watch.ts';
import { inWords } from '../ingest/lease/process-identity.ts';
import { PeriodicTask } from '../periodic-task/periodic-task.ts';

export interface IngestWatchOptions {
  readonly leases: Pick<LeaseStore, 'read'>;
  readonly every: Millis;
  /** Without a sign of life for so long nobody ingests. */
  readonly patience: Millis;
  /** Monotonic, in ms. */
  readonly clock: () => number;
}

/** Whether some other process ingests, for `/healthz` and `/metrics`. */
export class IngestWatch {
  readonly #options: IngestWatchOptions;
  readonly #watch: LeaseWatch;
  readonly #task: PeriodicTask;
  #lease: Lease | null = null;
  #problem: string | null = 'it is not known yet who ingests';

  constructor(options: IngestWatchOptions) {
    this.#options = options;
    this.#watch = new LeaseWatch(options.patience);
    this.#task = new PeriodicTask({
      every: options.every,
      run: () => this.#look(),
      onFailure: ({ message }) => {
        // Nobody could give a sign of life either.
        this.#watch.restart(options.clock());
        this.#problem = `it is not known who ingests: ${message}`;
      },
    });
  }

  /** Null: one ingests. */
  get problem(): string | null {
    return this.#problem;
  }

  /** How often the lease has changed hands. */
  get generation(): number {
    return this.#lease?.generation ?? 0;
  }

  start(): void {
    this.#task.start();
  }

  close(): Promise<void> {
    return this.#task.close();
  }

  async #look(): Promise<void> {
    const { leases, clock } = this.#options;
    const asked = clock();
    const lease = await leases.read();
    this.#lease = lease;
    const state = this.#watch.see(lease, asked, clock());
    if (state === 'held') this.#problem = null;
    if (state === 'free') this.#problem = 'nobody ingests: start "edgeloop-control-plane ingest"';
    if (state === 'stale' && lease.holder) {
      const since = Math.round(this.#watch.unchangedFor(clock()) / 1000);
      this.#problem = `nobody ingests: ${inWords(lease.holder)} gave no sign of life for ${since} s`;
    }
  }
}
