import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SerialQueue, untilAny } from '@edgeloop/daemon';
import { makeFolder } from '@edgeloop/disk';
import { type LoadedPackage, loadPackage } from '@edgeloop/onnx';
import {
  type Backoff,
  backoffDelay,
  type DesiredSlot,
  type EpochMillis,
  millis,
  type Sha256,
  type SlotId,
  seconds,
  type UpdateReport,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { SlotConfig } from '../config/config.ts';
import { ModelSlot } from '../model/model-slot.ts';
import { startModel } from '../model/start-model.ts';
import { StateFile } from '../state/state-file.ts';
import { outcomeOf } from '../update/outcome-of.ts';
import { Candidate, type ShadowFrame } from './candidate.ts';
import type { ShadowPorts } from './shadow-ports.ts';
import {
  isFetched,
  isOver,
  isRejected,
  reportShadow,
  type ShadowEvent,
  ShadowRecord,
  stepShadow,
} from './shadow-record.ts';

export interface SlotShadowOptions {
  readonly id: SlotId;
  /** Of the slot: threads and deadline hold for the candidate as well. */
  readonly config: SlotConfig;
  /** A folder for this slot's shadow alone. */
  readonly folder: string;
  readonly ports: ShadowPorts;
  readonly celsius: () => number | null;
  readonly maxCelsius: number;
  readonly now: () => EpochMillis;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly onReport: () => void;
  readonly log: Logger;
}

type DesiredShadow = NonNullable<DesiredSlot['shadow']>;

const RETRY: Backoff = { base: seconds(10), cap: seconds(1800) };
/** So long it must run for its starts to be forgotten. */
const RAN_WELL = millis(3_600_000);

/**
 * The candidate of one slot: fetched, tested, shown frames, and removed with its package when it is
 * not wanted any more.
 */
export class SlotShadow {
  readonly #options: SlotShadowOptions;
  readonly #file: StateFile<typeof ShadowRecord>;
  readonly #closing = new AbortController();
  #record: ShadowRecord | null = null;
  /** What an earlier run left could not be read: it may be what is wanted. */
  #unread = false;
  #progress: UpdateReport['progress'] | null = null;
  #candidate: Candidate | null = null;
  /** Cuts off what is done for what was wanted before. */
  #newer = new AbortController();
  readonly #queue = new SerialQueue();
  /** JSON of what was said last. */
  #wanted: string | undefined;

  constructor(options: SlotShadowOptions) {
    this.#options = options;
    this.#file = new StateFile(join(options.folder, 'shadow.json'), ShadowRecord);
  }

  /** Null: none is wanted. */
  get report(): UpdateReport | null {
    return this.#record && reportShadow(this.#record, this.#progress);
  }

  get totals(): Candidate['totals'] {
    return this.#candidate?.totals ?? null;
  }

  async start(): Promise<void> {
    await this.#remember().catch(({ message }: Error) => {
      this.#options.log.warn({ error: message }, 'shadow not known: tried again');
    });
  }

  /**
   * Shown every frame that was classified; returns at once.
   * @returns null: nobody looks; else whether it disagrees
   */
  look(seen: ShadowFrame): Promise<boolean> | null {
    return this.#candidate?.look(seen) ?? null;
  }

  /** The newest that was said is what holds; absent: none. */
  receive(wanted: DesiredShadow | undefined): void {
    const said = JSON.stringify(wanted) ?? 'none';
    if (said === this.#wanted && !(this.#record && isRejected(this.#record))) return;
    this.#wanted = said;
    this.#newer.abort();
    const newer = new AbortController();
    this.#newer = newer;
    const ends = [newer.signal, this.#closing.signal];
    const follow = (signal: AbortSignal) => (wanted ? this.#follow(wanted, signal) : this.#end());
    this.#inTurn(() => untilAny(ends, follow), newer.signal);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#queue.idle();
    await this.#stop();
  }

  #inTurn(work: () => Promise<void>, newer: AbortSignal | null = null): void {
    this.#queue.run(work).catch((error: Error) => {
      const cutOff = newer?.aborted || this.#closing.signal.aborted;
      if (!cutOff) this.#options.log.error({ error: error.message }, 'shadow');
    });
  }

  /** Until it runs, or can not. */
  async #follow({ assignment, every }: DesiredShadow, signal: AbortSignal): Promise<void> {
    const { digest: model, generation } = assignment.signed;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        if (this.#unread) await this.#remember();
        const current = this.#isCurrent(model, generation);
        if (current) {
          if (this.#candidate) this.#candidate.every = every;
          if (this.#candidate || (this.#record && isOver(this.#record))) return;
        }
        if (!current && !(await this.#take(assignment))) return;
        await this.#bring(model, every, signal);
        return;
      } catch (error) {
        signal.throwIfAborted();
        // A disk that is full can't say so: it is tried again all the same.
        await this.#move(outcomeOf(error)).catch(() => {});
      }
      const wait = backoffDelay(RETRY, attempt, this.#options.random());
      await delay(wait, undefined, { signal }).catch(() => {});
    }
  }

  async #remember(): Promise<void> {
    this.#unread = true;
    this.#record = await this.#file.read();
    this.#unread = false;
  }

  #isCurrent(model: Sha256, generation: number): boolean {
    const record = this.#record;
    return record?.model === model && record.generation === generation && !isRejected(record);
  }

  /** Whatever was there before is gone. @returns whether the assignment counts */
  async #take(signed: DesiredShadow['assignment']): Promise<boolean> {
    const { digest: model, generation } = signed.signed;
    const assignment = { model, generation };
    await this.#end();
    const verdict = await this.#options.ports.judge(signed, this.#options.id);
    await this.#move(
      verdict.kind === 'refused'
        ? { kind: 'rejected', assignment, reason: verdict.reason }
        : { kind: 'assigned', assignment },
    );
    return verdict.kind !== 'refused';
  }

  async #bring(model: Sha256, every: number, signal: AbortSignal): Promise<void> {
    const loaded = await this.#fetched(model, signal);
    await this.#move({ kind: 'testing' });
    if (!this.#record || isOver(this.#record)) return;
    const { id, config, celsius, maxCelsius } = this.#options;
    const { threads, deadline } = config;
    const slot = new ModelSlot({ id, loaded, threads, deadline, background: true });
    await startModel(slot, signal);
    const candidate = new Candidate({
      model: slot,
      every,
      celsius,
      maxCelsius,
      onBroken: (reason) => this.#inTurn(() => this.#broken(candidate, reason)),
    });
    this.#candidate = candidate;
    await this.#move({ kind: 'answered' });
    this.#forgetStartsAfterAWhile(candidate);
  }

  async #fetched(model: Sha256, signal: AbortSignal): Promise<LoadedPackage> {
    const { config, folder, ports } = this.#options;
    const at = join(folder, model);
    if (this.#record && isFetched(this.#record)) {
      const loaded = await loadPackage(at, config.variant, 'variant').catch(() => null);
      if (loaded?.digest === model) return loaded;
    }
    await this.#move({ kind: 'downloading' });
    await ports.download(config.variant, model, at, signal, (progress) => {
      this.#progress = progress;
    });
    await this.#move({ kind: 'verifying' });
    return loadPackage(at, config.variant, 'variant');
  }

  #forgetStartsAfterAWhile(candidate: Candidate): void {
    const timer = setTimeout(() => {
      this.#inTurn(async () => {
        if (this.#candidate === candidate) await this.#move({ kind: 'ran well' });
      });
    }, RAN_WELL);
    timer.unref();
  }

  /** Unless it was replaced meanwhile: then that is no fault of the one after it. */
  async #broken(candidate: Candidate, reason: NonNullable<ShadowRecord['reason']>): Promise<void> {
    if (this.#candidate !== candidate) return;
    await this.#stop();
    await this.#move({ kind: 'failed', reason });
  }

  async #stop(): Promise<void> {
    const candidate = this.#candidate;
    this.#candidate = null;
    await candidate?.close();
  }

  /** Its process, its package and the memory of it. */
  async #end(): Promise<void> {
    await this.#stop();
    const had = this.#record !== null;
    this.#record = null;
    this.#unread = false;
    this.#progress = null;
    const { folder, onReport } = this.#options;
    const left = await readdir(folder).catch(() => []);
    // First what says that there is one: after a kill in between nothing is started from half a
    // package.
    await rm(this.#file.path, { force: true });
    for (const name of left) await rm(join(folder, name), { recursive: true, force: true });
    if (had) onReport();
  }

  /** Written before anything follows from it. */
  async #move(event: ShadowEvent): Promise<void> {
    const { now, folder, onReport, log } = this.#options;
    const record = stepShadow(this.#record, event, now());
    if (record === this.#record || record === null) return;
    await makeFolder(folder);
    await this.#file.write(record);
    this.#record = record;
    const { model, state, reason } = record;
    log.info({ shadow: model, state, reason: reason?.message }, 'shadow');
    onReport();
  }
}
