import { setTimeout as wait } from 'node:timers/promises';
import { type HeartbeatAnswer, type JobOffer, LOG_LINES } from '@edgeloop/protocol';
import type { FitEvent } from '../fit/progress.ts';
import type { ControlPlaneClient } from './control-plane-client.ts';
import { type JobReport, NOTHING_TOLD, withEvent, withLine, withPhase } from './job-reports.ts';
import { Refusal } from './refusal.ts';

/** Why a job is no longer this trainer's. */
class LeaseEnd extends Error {
  readonly kind: 'cancelled' | 'lost';

  constructor(kind: LeaseEnd['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/**
 * A third of the lease's time between heartbeats: two may be lost. At most so long, so that
 * progress is live.
 */
const LIVE = 5_000;

/**
 * Keeps the lease of a job by heartbeats that carry its progress. Without a network it goes on
 * training: if another trainer got the job meanwhile, the next heartbeat that comes through says
 * so.
 */
export class LeaseKeeper {
  readonly #client: ControlPlaneClient;
  readonly #offer: JobOffer;
  readonly #end = new AbortController();
  readonly #closed = new AbortController();
  readonly #now: () => number;
  readonly #onSaid: () => void;
  #report: JobReport = NOTHING_TOLD;
  #beating: Promise<void> = Promise.resolve();
  #telling: Promise<void> = Promise.resolve();

  /** @param onSaid of each word on the job, told or not */
  constructor(
    client: ControlPlaneClient,
    offer: JobOffer,
    now: () => number,
    onSaid: () => void = () => {},
  ) {
    this.#client = client;
    this.#offer = offer;
    this.#now = now;
    this.#onSaid = onSaid;
  }

  /** Aborted, with a `LeaseEnd`, when the job is cancelled or another's. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  start(): void {
    this.#beating = this.#beat();
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#beating;
  }

  /** Says at once all that was not said yet, if that is possible. */
  async flush(): Promise<void> {
    const signal = AbortSignal.any([AbortSignal.timeout(LIVE), this.signal]);
    try {
      do await this.#tell(signal);
      while (this.#report.log.length > 0);
    } catch {
      // The outcome says the most important once more.
    }
  }

  event(event: FitEvent): void {
    this.#say(withEvent(this.#report, event, this.#now()));
  }

  /** What the trainer does now, also as a line of the log. */
  phase(text: string): void {
    this.#say(withPhase(this.#report, text, this.#now()));
  }

  /** How far it is with that. */
  progress(text: string): void {
    this.#say(withPhase(this.#report, text, null));
  }

  line(text: string): void {
    this.#say(withLine(this.#report, text, this.#now()));
  }

  #say(report: JobReport): void {
    this.#report = report;
    this.#onSaid();
  }

  async #beat(): Promise<void> {
    const pause = Math.min(LIVE, (this.#offer.leaseSeconds * 1000) / 3);
    while (!this.#closed.signal.aborted && !this.signal.aborted) {
      try {
        await this.#tell(this.#closed.signal);
      } catch (error) {
        if (error instanceof Refusal && !error.passing) {
          this.#end.abort(new LeaseEnd('lost', error.message));
        }
      }
      await wait(pause, undefined, { signal: this.#closed.signal }).catch(() => {});
    }
  }

  /** One after the other: what is on its way must not be said twice. */
  #tell(signal: AbortSignal): Promise<void> {
    const told = this.#telling.then(() => this.#tellNow(signal));
    this.#telling = told.catch(() => {});
    return told;
  }

  async #tellNow(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { progress, epochs, log } = this.#report;
    const told = log.slice(0, LOG_LINES);
    const { instruction } = await this.#client.askJson<HeartbeatAnswer>(
      `/api/jobs/${this.#offer.job}/heartbeat`,
      {
        method: 'POST',
        json: { lease: this.#offer.lease, progress, epochs, log: told },
        timeoutMillis: (this.#offer.leaseSeconds * 1000) / 2,
        signal,
      },
    );
    const { epochs: newer, log: longer, progress: latest } = this.#report;
    const unsaid = longer.slice(Math.max(0, longer.indexOf(told.at(-1) as never) + 1));
    this.#report = { progress: latest, epochs: newer.slice(epochs.length), log: unsaid };
    if (instruction === 'cancel') {
      this.#end.abort(new LeaseEnd('cancelled', 'The job was cancelled.'));
    }
  }
}
