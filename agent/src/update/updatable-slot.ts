import { setTimeout as delay } from 'node:timers/promises';
import type { LoadedPackage } from '@edgeloop/onnx';
import {
  backoffDelay,
  type EpochMillis,
  type Reported,
  type Sha256,
  type SlotId,
  type UpdateReport,
  type UpdateState,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { SlotHead } from '../head/overlay/slot-head.ts';
import { RunningHead } from '../head/running-head.ts';
import { LiveSlot } from '../model/live-slot.ts';
import type { ModelSlot } from '../model/model-slot.ts';
import { startModel } from '../model/start-model.ts';
import { readFailure } from '../state/read-failure.ts';
import { BETWEEN_READS, isWorthAnother } from './is-worth-another.ts';
import { hasEnded, runsBy } from './machine/slot-record.ts';
import type { UpdateEvent } from './machine/update-event.ts';
import { outcomeOf } from './outcome-of.ts';
import { reportUpdate } from './report-update.ts';
import { SlotPorts, type SlotPortsOptions } from './slot-ports.ts';
import { SlotUpdate } from './slot-update.ts';
import { findFallback } from './store/find-fallback.ts';

export interface UpdatableSlotOptions extends Omit<SlotPortsOptions, 'live'> {
  /** @throws AgentError where agent.yaml can't use the model that is loaded */
  readonly checkLoaded: (loaded: LoadedPackage) => void;
  readonly head: SlotHead;
  /** Slots that this process has started: of these, no model was the end of the last run. */
  readonly startedSlots: Set<SlotId>;
  readonly now: () => EpochMillis;
  readonly random: () => number;
  readonly log: Logger;
}

/** The model is about to change, or may be gone back from. */
const CHANGING: ReadonlySet<UpdateState> = new Set(['activating', 'probation']);

/** A slot with the model that decides in it, and the update that brings another. */
export class UpdatableSlot {
  readonly #options: UpdatableSlotOptions;
  readonly #ports: SlotPorts;
  /** After `start`. */
  readonly head: RunningHead;
  #update: SlotUpdate | null = null;
  #live: LiveSlot | null = null;

  constructor(options: UpdatableSlotOptions) {
    this.#options = options;
    const { head, packages, report } = options;
    this.#ports = new SlotPorts({ ...options, live: () => this.live });
    this.head = new RunningHead({
      head,
      report,
      live: () => this.live,
      load: (model) => packages.load(model),
      run: (loaded) => this.#run(loaded),
      settled: () => !CHANGING.has(this.#update?.record.update?.state ?? 'committed'),
    });
  }

  /** After `start`. */
  get live(): LiveSlot {
    return this.#live as LiveSlot;
  }

  /** Null: it was never told anything. */
  get report(): UpdateReport | null {
    const update = this.#update?.record.update;
    return update ? reportUpdate(update, this.#update?.progress ?? null) : null;
  }

  get reported(): Reported['slots'][string] {
    const { head } = this.#options;
    const { digest, manifest, variant, head: tuned } = this.live.current.loaded;
    const runs = this.#update && runsBy(this.#update.record);
    const generation = runs?.model === digest ? runs.generation : null;
    return {
      model: digest,
      name: manifest.name,
      variant,
      ...(generation !== null && { generation }),
      ...(head.report && head.report.digest === tuned && { head: head.report }),
      ...(head.problem && { headProblem: head.problem }),
      ...(this.report && { update: this.report }),
    };
  }

  /** In a sentence; null: all is well. */
  get problem(): string | null {
    const problem = this.#update?.problem ?? this.#options.head.problem?.message;
    return problem ? `slot ${this.#options.id}: ${problem}` : null;
  }

  /**
   * Counts the starts of a process until one succeeds, and loads what decides; what can't be loaded is gone back
   * from, at last to agent.yaml's package.
   * @throws ProtocolError, OnnxError, AgentError: nor can that be, or the device is short of memory
   * or handles; DOMException `AbortError`: the agent is to end, which says nothing of a model
   */
  async start(): Promise<void> {
    const { id, store, startedSlots, checkLoaded, now, monotonic, random, log } = this.#options;
    const child = log.child({ slot: id });
    const fallback = await findFallback(this.#options, ({ message }) => {
      child.error({ error: message }, 'the package that agent.yaml names is missing');
    });
    const record = await store.record(fallback);
    const ports = this.#ports;
    this.#update = new SlotUpdate({ ports, record, now, monotonic, random, log: child });
    const { model } = await this.#update.boot(fallback, startedSlots.has(id));
    const opened = await this.#openOrBefore(model, this.#update, child);
    startedSlots.add(id);
    this.#live = new LiveSlot(opened);
    // A mistake in agent.yaml is no fault of the model.
    checkLoaded(opened.loaded);
    const { digest, variant, classes, head } = opened.loaded;
    child.info({ model: digest, head, variant, classes }, 'model loaded');
    await this.#options.head.tidy();
  }

  /** No update is on its way. */
  get idle(): boolean {
    const update = this.#update?.record.update;
    return !update || hasEnded(update);
  }

  /** The update goes on where it was. */
  resume(): void {
    this.#update?.start();
  }

  /**
   * Whether this assignment was given already, and what became of it stands. One that was not
   * accepted may be yet.
   */
  knows({ model, generation }: { readonly model: Sha256; readonly generation: number }): boolean {
    const update = this.#update?.record.update;
    if (update?.model !== model || update.generation !== generation) return false;
    return update.state !== 'refused' || update.attempts > 0;
  }

  async give(event: Extract<UpdateEvent, { kind: 'assigned' | 'rejected' }>): Promise<void> {
    await this.#update?.give(event);
  }

  /** The model runs on; its update is cut off. */
  async pause(): Promise<void> {
    await this.#update?.close();
    await this.#ports.close();
  }

  async close(): Promise<void> {
    await this.pause();
    await this.#live?.close();
  }

  async #openOrBefore(wanted: Sha256, update: SlotUpdate, log: Logger): Promise<ModelSlot> {
    const { closing, random } = this.#options;
    for (let model = wanted, attempt = 0; ; ) {
      try {
        return await this.#open(model);
      } catch (error) {
        closing.throwIfAborted();
        const { reason } = outcomeOf(error);
        const failure = readFailure(error);
        const mayBe = failure !== null || model === update.record.good.model;
        if (mayBe && isWorthAnother(error, attempt)) {
          log.warn({ model, reason }, 'model not loaded: tried again');
          const wait = failure ? backoffDelay(BETWEEN_READS, attempt, random()) : 0;
          await delay(wait, undefined, { signal: closing });
          attempt += 1;
          continue;
        }
        // Of the model that says nothing: another start may read it.
        if (failure === 'scarce') throw error;
        const before = update.lost(model, reason);
        if (before.model === model) throw error;
        log.error({ model, reason, before: before.model }, 'model not loaded: the one before is');
        model = before.model;
        attempt = 0;
      }
    }
  }

  async #open(model: Sha256): Promise<ModelSlot> {
    const { packages, head } = this.#options;
    const loaded = await packages.load(model);
    const applied = await head.applied(loaded);
    if (applied.head === undefined) return this.#run(loaded);
    try {
      return await this.#run(applied);
    } catch (error) {
      this.#options.closing.throwIfAborted();
      head.refuse(error as Error);
      return this.#run(loaded);
    }
  }

  async #run(loaded: LoadedPackage): Promise<ModelSlot> {
    const { id, config, createModel, closing } = this.#options;
    const { threads, deadline } = config;
    return startModel(createModel({ id, loaded, threads, deadline }), closing);
  }
}
