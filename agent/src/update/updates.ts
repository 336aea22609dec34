import { setTimeout as delay } from 'node:timers/promises';
import { untilAny } from '@edgeloop/daemon';
import { backoffDelay, type Desired, type SignedAssignment, type SlotId } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Shadows } from '../shadow/shadows.ts';
import type { Assignments } from './assignments.ts';
import { RETRY } from './machine/limits.ts';
import type { TrustedRoot } from './trust/trusted-root.ts';
import type { UpdatableSlot } from './updatable-slot.ts';
import { UpdateError } from './update-error.ts';

export interface UpdatesOptions {
  readonly slots: ReadonlyMap<SlotId, UpdatableSlot>;
  readonly shadows: Pick<Shadows, 'receive'>;
  readonly root: Pick<TrustedRoot, 'version' | 'catchUp'>;
  readonly assignments: Pick<Assignments, 'judge'>;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
}

type DesiredModels = Pick<Desired, 'root' | 'slots'>;

/**
 * What the control plane wants of models, brought to the slots: which assignments count, and what
 * becomes of them.
 */
export class Updates {
  readonly #options: UpdatesOptions;
  readonly #closing = new AbortController();
  /** Null: nothing was said yet. */
  #wanted: DesiredModels | null = null;
  #started = false;
  /** Cuts off what is considered now: something newer is. */
  #newer = new AbortController();
  #considering: Promise<void> = Promise.resolve();

  constructor(options: UpdatesOptions) {
    this.#options = options;
  }

  /** What was said before is considered. */
  start(): void {
    this.#started = true;
    this.consider();
  }

  /** The newest that was said is what holds. */
  receive(wanted: DesiredModels): void {
    this.#wanted = wanted;
    this.consider();
  }

  /**
   * Once more: what was refused while another update was on its way, is told when that has ended.
   */
  consider(): void {
    if (!this.#started) return;
    this.#newer.abort();
    this.#newer = new AbortController();
    const ends = [this.#newer.signal, this.#closing.signal];
    this.#considering = this.#considering.then(() =>
      untilAny(ends, (signal) => this.#consider(signal)),
    );
  }

  /** What is on its way is cut off; the next start goes on with it. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(Array.from(this.#options.slots.values(), (slot) => slot.pause()));
    await this.#considering;
  }

  /** Until it is done: the server may be away, or the disk full. */
  async #consider(signal: AbortSignal): Promise<void> {
    const { random, log } = this.#options;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        if (this.#wanted) await this.#follow(this.#wanted, signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ error: (error as Error).message }, 'desired models not looked at yet');
      }
      const wait = backoffDelay(RETRY, attempt, random());
      await delay(wait, undefined, { signal }).catch(() => {});
    }
  }

  async #follow(wanted: DesiredModels, signal: AbortSignal): Promise<void> {
    const missing = await this.#followRoot(wanted, signal);
    signal.throwIfAborted();
    this.#options.shadows.receive(wanted.slots ?? {});
    await this.#giveAll(wanted, signal);
    if (missing?.retry) throw missing;
  }

  /**
   * First: a key may have been replaced because it was stolen.
   * @returns why there is no root: without any each assignment is refused, and says so
   */
  async #followRoot(
    { root: newest = 0 }: DesiredModels,
    signal: AbortSignal,
  ): Promise<UpdateError | null> {
    const { root } = this.#options;
    if (newest <= (root.version ?? 0)) return null;
    try {
      await root.catchUp(newest, signal);
      return null;
    } catch (error) {
      if (error instanceof UpdateError && (error.code === 'ROOT_MISSING' || !error.retry)) {
        return error;
      }
      throw error;
    }
  }

  async #giveAll({ slots: wanted = {} }: DesiredModels, signal: AbortSignal): Promise<void> {
    for (const [id, slot] of this.#options.slots) {
      signal.throwIfAborted();
      const assignment = Object.hasOwn(wanted, id) ? wanted[id]?.active : undefined;
      if (assignment) await this.#give(id, slot, assignment);
    }
  }

  async #give(id: SlotId, slot: UpdatableSlot, signed: SignedAssignment): Promise<void> {
    const { digest: model, generation } = signed.signed;
    const assignment = { model, generation };
    if (slot.knows(assignment)) return;
    const verdict = await this.#options.assignments.judge(signed, id, 'active');
    await slot.give(
      verdict.kind === 'refused'
        ? { kind: 'rejected', assignment, reason: verdict.reason }
        : { kind: 'assigned', assignment },
    );
  }
}
