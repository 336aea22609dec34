import { type DeviceId, type Millis, millis } from '@edgeloop/protocol';
import { PeriodicTask } from '../../periodic-task/periodic-task.ts';
import type { StoreRecord } from '../../store/record.ts';
import type { RolloutId } from '../rollout-id.ts';
import type { RolloutRow } from '../store/rollout-tables.ts';
import { dueAt } from './due-at.ts';
import type { EngineParts } from './engine-parts.ts';
import { lookAtRollout } from './look-at-rollout.ts';
import { endDamaged } from './steps/end-damaged.ts';
import { hearDevices } from './steps/hear-devices.ts';

export interface EngineTimes {
  /** It looks at least so often: for what comes due by the clock. */
  readonly tick: Millis;
  /** Reports that come close together are taken in together. */
  readonly linger: Millis;
  /** Gates that may fail early are asked so often. */
  readonly judge: Millis;
  /**
   * All devices are looked at so often: whether some have appeared, and whether a report was
   * missed; and all rollouts, whether their plan can be read.
   */
  readonly sweep: Millis;
}

/** Devices whose reports are read at once. */
const BATCH = 256;
/** After the store failed. */
const AGAIN_AFTER = millis(1000);

/**
 * Moves rollouts on: with each report, each order of a person, and each tick. What it knows is in
 * the store; what waits is the name of a device, once. Of several that run at once, each step is
 * taken by one.
 */
export class RolloutEngine {
  readonly #parts: EngineParts;
  readonly #times: EngineTimes;
  readonly #task: PeriodicTask;
  #heard = new Set<DeviceId>();
  /**
   * By the process's clock, as what follows: the wall's may be set back, and nothing would be
   * looked at until it has caught up.
   */
  readonly #judgedAt = new Map<RolloutId, number>();
  /** As they were found last. */
  #live: readonly RolloutId[] = [];
  #ordered = false;
  #sweptAt = Number.NEGATIVE_INFINITY;
  /** Rollouts whose devices moved, and nobody was told. */
  readonly #moved = new Set<RolloutId>();
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(parts: EngineParts, times: EngineTimes) {
    this.#parts = parts;
    this.#times = times;
    this.#task = new PeriodicTask({
      every: () => this.#untilDue(),
      afterFailure: AGAIN_AFTER,
      linger: times.linger,
      run: () => this.#look(),
      onFailure: ({ message }) => parts.log.error({ error: message }, 'rollouts go on later'),
    });
  }

  start(): void {
    this.#task.start();
  }

  close(): Promise<void> {
    return this.#task.close();
  }

  /** Of each batch that was stored. Returns at once. */
  see(batch: readonly StoreRecord[]): void {
    let news = false;
    for (const { name, device } of batch) {
      // A status tells that one is online again.
      if (name !== 'reported' && name !== 'status') continue;
      this.#heard.add(device);
      news = true;
    }
    if (news) this.#task.trigger();
  }

  /** Somebody made a rollout, or ordered something: it may be due now. */
  nudge(): void {
    this.#ordered = true;
    this.#task.trigger();
  }

  /** What comes due by the clock before the next tick does not wait for it. */
  async #untilDue(): Promise<Millis> {
    const [now, live] = [this.#parts.now(), await this.#parts.reader.live()];
    const due = live.map((row) => (dueAt(row) ?? Number.POSITIVE_INFINITY) - now);
    // One that is due and stays so has to wait for something else.
    return millis(Math.min(this.#times.tick, ...due.filter((wait) => wait > 0)));
  }

  async #look(): Promise<void> {
    const now = performance.now();
    const sweep = now - this.#sweptAt >= this.#times.sweep;
    const heard = this.#heard;
    this.#heard = new Set();
    try {
      const moved = await this.#hear([...heard]);
      if (sweep) for (const rollout of await this.#hearUnsettled()) moved.add(rollout);
      if (sweep) await endDamaged(this.#parts);
      const live = await this.#parts.reader.live();
      const freed = this.#mayHaveFreed(live);
      for (const row of live) {
        if (freed && row.state === 'scheduled') this.#judgedAt.delete(row.id);
        await this.#lookAt(row, sweep ? null : [...heard], now);
      }
      for (const rollout of moved) this.#moved.add(rollout);
      await this.#tellProgress(now);
    } catch (error) {
      for (const device of heard) this.#heard.add(device);
      throw error;
    }
    if (sweep) {
      this.#sweptAt = now;
      this.#parts.tell(await this.#parts.assignments.renew());
    }
  }

  /** What kept others from starting may have passed: one has ended, or was ordered to. */
  #mayHaveFreed(live: readonly RolloutRow[]): boolean {
    const ids = live.map(({ id }) => id);
    const freed = this.#ordered || this.#live.some((id) => !ids.includes(id));
    this.#ordered = false;
    this.#live = ids;
    return freed;
  }

  async #lookAt(row: RolloutRow, among: readonly DeviceId[] | null, now: number): Promise<void> {
    const judge =
      now - (this.#judgedAt.get(row.id) ?? Number.NEGATIVE_INFINITY) >= this.#times.judge;
    if (judge) this.#judgedAt.set(row.id, now);
    try {
      await lookAtRollout(this.#parts, row, { among, judge });
    } catch (error) {
      // One that can't go on does not hold up the others.
      this.#parts.log.error({ rollout: row.id, error: (error as Error).message }, 'a rollout');
    }
  }

  async #hear(devices: readonly DeviceId[]): Promise<Set<RolloutId>> {
    const moved = new Set<RolloutId>();
    for (let from = 0; from < devices.length; from += BATCH) {
      const some = devices.slice(from, from + BATCH);
      for (const rollout of await hearDevices(this.#parts, some)) moved.add(rollout);
    }
    return moved;
  }

  /** What was said while this process was not there, or did not listen. */
  async #hearUnsettled(): Promise<Set<RolloutId>> {
    const moved = new Set<RolloutId>();
    for (let after = ''; ; ) {
      const devices = await this.#parts.reader.unsettled(after, BATCH);
      for (const rollout of await this.#hear(devices)) moved.add(rollout);
      if (devices.length < BATCH) return moved;
      after = devices.at(-1) ?? '';
    }
  }

  /** With each tick, however many reports come: all devices are counted for it. */
  async #tellProgress(now: number): Promise<void> {
    if (now - this.#toldAt < this.#times.tick) return;
    this.#toldAt = now;
    for (const rollout of this.#moved) {
      const counts = await this.#parts.reader.counts(rollout);
      this.#moved.delete(rollout);
      const subject = { rollout };
      this.#parts.events.publish({ kind: 'rollout.progress', subject, data: { counts } });
    }
  }
}
