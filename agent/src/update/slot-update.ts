import { setTimeout as delay } from 'node:timers/promises';
import { SerialQueue } from '@edgeloop/daemon';
import {
  backoffDelay,
  type EpochMillis,
  type Millis,
  type Reason,
  type Sha256,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import { goBack } from './go-back.ts';
import { RETRY } from './machine/limits.ts';
import { type Installed, runsBy, type SlotRecord } from './machine/slot-record.ts';
import { transition } from './machine/transition.ts';
import type { Outcome, UpdateEvent } from './machine/update-event.ts';
import { WORK } from './machine/work.ts';
import { outcomeOf } from './outcome-of.ts';
import { RetryUntilDone } from './retry-until-done.ts';
import type { DownloadProgress, UpdatePorts } from './update-ports.ts';

export interface SlotUpdateOptions {
  readonly ports: UpdatePorts;
  readonly record: SlotRecord;
  readonly now: () => EpochMillis;
  readonly monotonic: () => Millis;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** How far a download is, is said at most so often. */
const PROGRESS_INTERVAL = 5_000;

/**
 * The update of one slot: the pure table, joined to what it does to the world. Each state is on
 * disk before its work begins, so that a start after a kill goes on with the work that was cut off.
 * One event at a time; of work at most one.
 */
export class SlotUpdate {
  readonly #options: SlotUpdateOptions;
  #record: SlotRecord;
  /** On disk is another one. */
  #unwritten = false;
  /** Null: not known, a model was being activated. */
  #running: Sha256 | null = null;
  /** What agent.yaml names. */
  #fallback: Sha256 | null = null;
  #progress: DownloadProgress | null = null;
  #progressTold = Number.NEGATIVE_INFINITY;
  #work: { readonly abort: AbortController; readonly done: Promise<void> } | null = null;
  readonly #queue = new SerialQueue();
  readonly #retry: RetryUntilDone;
  readonly #closing = new AbortController();

  constructor(options: SlotUpdateOptions) {
    this.#options = options;
    this.#record = options.record;
    this.#retry = new RetryUntilDone(options.random, options.log);
  }

  get record(): SlotRecord {
    return this.#record;
  }

  /** The progress of the download on its way; null: there is none. */
  get progress(): DownloadProgress | null {
    return this.#progress;
  }

  /** What keeps the update itself from going on, such as a disk that can't be written. */
  get problem(): string | null {
    return this.#retry.problem;
  }

  /**
   * Counts the start, before the model is loaded that may have been the end of the last one.
   * @param fallback What agent.yaml names.
   * @param again Within a process that has started it already: that is not counted.
   * @returns what is to be loaded
   */
  async boot(fallback: Sha256, again = false): Promise<Installed> {
    this.#fallback = fallback;
    await this.#replay({ kind: 'booted', fallback, again });
    const { update } = this.#record;
    if (this.#unwritten && !again && update?.state === 'probation') {
      // A crash loop that can't be counted has no end.
      const message = 'Its starts could not be counted: the state could not be written.';
      const reason = { code: 'DISK_FAILED', message };
      this.#record = transition(this.#record, { kind: 'failed', reason }, this.#options.now());
    }
    return runsBy(this.#record);
  }

  /**
   * What was to be loaded can't be. Written by `start` alone: only where something else was loaded
   * is it this model that is lost.
   * @returns what is to be loaded instead
   */
  lost(model: Sha256, reason: Reason): Installed {
    const next = this.#after([this.#loss(model, reason)]);
    this.#unwritten ||= next !== this.#record;
    this.#record = next;
    return runsBy(next);
  }

  /** Goes on where the record says, with the model loaded that `boot` or `lost` named. */
  start(): void {
    const { update } = this.#record;
    // Else whatever marks the model that decides is made right first.
    if (update?.state === 'probation') this.#running = update.model;
    void this.#inTurn(async () => {
      if (this.#unwritten) await this.#write(this.#record);
      this.#begin();
    });
  }

  /** Resolves when it is on disk. */
  give(event: Extract<UpdateEvent, { kind: 'assigned' | 'rejected' }>): Promise<void> {
    return this.#inTurn(() => this.#apply([event]));
  }

  /** The work on its way is cut off, as a kill would. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#queue.idle();
    await this.#stop();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    return this.#queue.run(async () => {
      if (!this.#closing.signal.aborted) await work();
    });
  }

  /** At the start, before there is anything to run: one try to write it. */
  async #replay(event: UpdateEvent): Promise<void> {
    const next = this.#after([event]);
    if (next === this.#record) return;
    this.#record = next;
    try {
      await this.#options.ports.persist(next);
      this.#unwritten = false;
    } catch (error) {
      this.#unwritten = true;
      this.#options.log.error(
        { error: (error as Error).message },
        'state of the update not written',
      );
    }
  }

  #after(events: readonly UpdateEvent[]): SlotRecord {
    const now = this.#options.now();
    return events.reduce((record, event) => transition(record, event, now), this.#record);
  }

  #loss(model: Sha256, reason: Reason): UpdateEvent {
    return { kind: 'lost', model, fallback: this.#fallback as Sha256, reason };
  }

  async #apply(events: readonly UpdateEvent[]): Promise<void> {
    const before = this.#record.update;
    const next = this.#after(events);
    const { update: expected } = next;
    // The work that found a loss has ended with it.
    const ended = events.some(({ kind }) => kind === 'lost');
    const goesOn = !ended && before?.state === expected?.state && before?.model === expected?.model;
    if (!goesOn) await this.#stop();
    if (next === this.#record) {
      if (!goesOn) this.#begin();
      return;
    }
    const { update } = next;
    await this.#write(next);
    if (this.#closing.signal.aborted) return;
    this.#record = next;
    if (update) {
      const { model, generation, state, reason } = update;
      this.#options.log.info({ model, generation, state, reason }, 'update');
    }
    this.#options.ports.report();
    if (!goesOn) this.#begin();
  }

  /**
   * Until it is written: nothing goes on from a state that a power cut would undo. But what is gone
   * back to, is.
   */
  async #write(next: SlotRecord): Promise<void> {
    const { ports } = this.#options;
    const write = async (attempt: number) => {
      try {
        await ports.persist(next);
        this.#unwritten = false;
      } catch (error) {
        const { update } = next;
        if (attempt === 0 && update?.state === 'reverted') await this.#revert(next);
        throw error;
      }
    };
    await this.#retry.run('its state can not be written', write, this.#closing.signal);
  }

  #begin(): void {
    if (this.#closing.signal.aborted) return;
    const abort = new AbortController();
    const { signal } = abort;
    const done = this.#do(signal).then((events) => {
      if (events.length > 0 && !signal.aborted) {
        void this.#inTurn(async () => {
          if (!signal.aborted) await this.#apply(events);
        });
      }
    });
    this.#work = { abort, done };
  }

  async #stop(): Promise<void> {
    this.#work?.abort.abort();
    await this.#work?.done;
    this.#work = null;
    this.#progress = null;
  }

  /** What comes of it. */
  async #do(signal: AbortSignal): Promise<readonly UpdateEvent[]> {
    if (this.#record.update?.state !== 'activating') {
      const losses = await this.#goBack(signal);
      if (losses.length > 0 && !signal.aborted) return losses;
    }
    const { update } = this.#record;
    if (signal.aborted) return [];
    const work = update && WORK[update.state];
    // Also before a download: it needs the room.
    if (!work || work === 'fetch') await this.#tidy();
    if (!work) return [];
    if (work !== 'wait') return [await this.#outcome(work, update, signal)];
    const wait = backoffDelay(RETRY, update.failures - 1, this.#options.random());
    await delay(wait, undefined, { signal }).catch(() => {});
    return [{ kind: 'due' }];
  }

  async #tidy(): Promise<void> {
    const { ports, log } = this.#options;
    await ports.tidy(this.#record).catch((error: Error) => {
      log.warn({ error: error.message }, 'packages not removed: tried again with the next update');
    });
  }

  async #outcome(
    work: Exclude<(typeof WORK)[keyof typeof WORK], 'wait' | null>,
    { model, generation }: Installed,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const { ports } = this.#options;
    let first: number | null = null;
    const onProgress = (progress: DownloadProgress) => {
      first ??= progress.receivedBytes;
      this.#progressed(progress);
    };
    try {
      if (work === 'activate') {
        this.#running = null;
        await ports.activate({ model, generation }, signal);
        this.#running = model;
      } else await ports[work](model, signal, onProgress);
      return { kind: 'done' };
    } catch (error) {
      const outcome = outcomeOf(error);
      const progressed = first !== null && (this.#progress?.receivedBytes ?? 0) > first;
      return outcome.kind === 'passing' ? { ...outcome, progressed } : outcome;
    }
  }

  /** @returns the losses that showed */
  #goBack(signal: AbortSignal): Promise<readonly UpdateEvent[]> {
    const revert = (record: SlotRecord) => this.#revert(record);
    const loss = (model: Sha256, reason: Reason) => this.#loss(model, reason);
    const after = (losses: readonly UpdateEvent[]) => this.#after(losses);
    return goBack({ retry: this.#retry, revert, loss, after }, signal);
  }

  async #revert(record: SlotRecord): Promise<void> {
    const { model, generation } = runsBy(record);
    if (model === this.#running) return;
    const { ports } = this.#options;
    await ports.revert({ model, generation });
    this.#running = model;
    ports.report();
  }

  #progressed(progress: DownloadProgress): void {
    this.#progress = progress;
    const at = this.#options.monotonic();
    if (at - this.#progressTold < PROGRESS_INTERVAL) return;
    this.#progressTold = at;
    this.#options.ports.report();
  }
}
