import type {
  AssignmentPurpose,
  DeviceId,
  Millis,
  RootKeys,
  Sha256,
  SignedAssignment,
  SlotId,
  UpdateReport,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import { newSlotRecord, runsBy, type SlotRecord } from '../../update/machine/slot-record.ts';
import { reportUpdate } from '../../update/report-update.ts';
import { SlotUpdate } from '../../update/slot-update.ts';
import { judgeAssignment } from '../../update/trust/judge-assignment.ts';
import type { TakenAssignments } from '../../update/trust/taken-assignments.ts';
import { SimulatedPorts, type SimulatedPortsOptions } from './simulated-ports.ts';

export interface AssignedModelOptions
  extends Pick<SimulatedPortsOptions, 'fetch' | 'effects' | 'probation' | 'onReport'> {
  readonly device: DeviceId;
  readonly slot: SlotId;
  readonly as: AssignmentPurpose;
  /** Before any assignment. */
  readonly fallback: Sha256;
  readonly root: () => RootKeys | null;
  readonly clock: Clock;
  /** Time since the simulation began, in ms. */
  readonly elapsed: () => Millis;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
}

/**
 * The model of a slot for one purpose: assignments are judged by the agent's own rules and followed
 * by its own update machine. What a device has on disk is kept in memory here, from start to start.
 */
export class AssignedModel {
  readonly #options: AssignedModelOptions;
  readonly #ports: SimulatedPorts;
  #record: SlotRecord;
  #taken: TakenAssignments = {};
  #update: SlotUpdate | null = null;
  #runs: Sha256;
  #since: Millis;

  constructor(options: AssignedModelOptions) {
    const { fallback, elapsed } = options;
    this.#options = options;
    this.#record = newSlotRecord(fallback);
    this.#runs = fallback;
    this.#since = elapsed();
    this.#ports = new SimulatedPorts({
      ...options,
      fetch: async (model, signal, onProgress) => {
        if (!this.#isThere(model)) await options.fetch(model, signal, onProgress);
      },
      onRun: (model) => this.#run(model),
      onRecord: (record) => {
        this.#record = record;
      },
    });
  }

  get runs(): Sha256 {
    return this.#runs;
  }

  /** When that began, by `elapsed`. */
  get since(): Millis {
    return this.#since;
  }

  get generation(): number | null {
    return runsBy(this.#record).generation;
  }

  /** Of the last assignment; null: there was none. */
  get report(): UpdateReport | null {
    const { update } = this.#record;
    return update ? reportUpdate(update, this.#update?.progress ?? null) : null;
  }

  /** The device starts. */
  async boot(): Promise<void> {
    const { clock, random, log, fallback } = this.#options;
    const update = new SlotUpdate({
      ports: this.#ports,
      record: this.#record,
      now: clock.now,
      monotonic: clock.monotonic,
      random,
      log,
    });
    const { model } = await update.boot(fallback);
    this.#run(model);
    update.start();
    this.#update = update;
  }

  /** The device ends, at whatever it was. */
  async end(): Promise<void> {
    await this.#update?.close();
    this.#update = null;
  }

  /** Said on each connect, and when it changes. */
  async receive(signed: SignedAssignment): Promise<void> {
    const { device, slot, as, root, clock } = this.#options;
    const verdict = judgeAssignment(signed, {
      device,
      slot,
      as,
      root: root(),
      taken: this.#taken,
      now: clock.now(),
    });
    const { digest: model, generation } = signed.signed;
    const assignment = { model, generation };
    if (verdict.kind === 'refused') {
      await this.#update?.give({ kind: 'rejected', assignment, reason: verdict.reason });
      return;
    }
    if (verdict.kind === 'accepted') this.#taken = verdict.taken;
    // One that did not count before may count now.
    if (verdict.kind === 'accepted' || !this.#knows(assignment))
      await this.#update?.give({ kind: 'assigned', assignment });
  }

  /** Nothing is assigned any more; what was taken once is not taken again. */
  async reset(): Promise<void> {
    if (this.#record.update === null) return;
    await this.end();
    this.#record = newSlotRecord(this.#options.fallback);
    await this.boot();
    this.#options.onReport();
  }

  /** What became of it stands. */
  #knows({ model, generation }: { readonly model: Sha256; readonly generation: number }): boolean {
    const { update } = this.#record;
    return update?.model === model && update.generation === generation;
  }

  /** On the disk that a device has: what it began with, what it runs, and what it ran before. */
  #isThere(model: Sha256): boolean {
    const { good, previous } = this.#record;
    return [this.#options.fallback, good.model, previous?.model].includes(model);
  }

  #run(model: Sha256): void {
    if (model === this.#runs) return;
    this.#runs = model;
    this.#since = this.#options.elapsed();
  }
}
