import { join } from 'node:path';
import {
  type BootId,
  type Desired,
  type EpochMillis,
  type Shadow,
  type SlotId,
  timestamp,
  type UpdateReport,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { ShadowFrame } from './candidate.ts';
import type { ShadowPorts } from './shadow-ports.ts';
import { SlotShadow } from './slot-shadow.ts';

export interface ShadowsOptions {
  readonly config: Config;
  readonly ports: ShadowPorts;
  readonly now: () => EpochMillis;
  /** Null: the device does not say how hot it is. */
  readonly celsius: () => number | null;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly onReport: () => void;
  readonly log: Logger;
}

/**
 * The candidates of all slots: they look at some frames beside the models that decide, and what
 * they say is only counted.
 */
export class Shadows {
  readonly #slots: ReadonlyMap<SlotId, SlotShadow>;
  readonly #now: () => EpochMillis;

  constructor({ config, log, ...given }: ShadowsOptions) {
    this.#now = given.now;
    this.#slots = new Map(
      Array.from(config.slots, ([id, slot]) => [
        id,
        new SlotShadow({
          ...given,
          id,
          config: slot,
          folder: join(config.state, 'shadows', id),
          maxCelsius: config.shadow.maxCelsius,
          log: log.child({ slot: id }),
        }),
      ]),
    );
  }

  async start(): Promise<void> {
    for (const slot of this.#slots.values()) await slot.start();
  }

  /** What was said last of all slots; a slot that is not named has no shadow from now on. */
  receive(wanted: NonNullable<Desired['slots']>): void {
    for (const [id, slot] of this.#slots) {
      slot.receive(Object.hasOwn(wanted, id) ? wanted[id]?.shadow : undefined);
    }
  }

  look(slot: SlotId, seen: ShadowFrame): Promise<boolean> | null {
    return this.#slots.get(slot)?.look(seen) ?? null;
  }

  /** Null: none is wanted there. */
  report(slot: SlotId): UpdateReport | null {
    return this.#slots.get(slot)?.report ?? null;
  }

  /** Of those that run and were shown frames; null: there are none. */
  message(bootId: BootId): Shadow | null {
    const totals = Array.from(this.#slots, ([id, { totals }]) => [id, totals] as const);
    const slots = Object.fromEntries(totals.flatMap(([id, one]) => (one ? [[id, one]] : [])));
    if (Object.keys(slots).length === 0) return null;
    return { bootId, at: timestamp(this.#now()), slots };
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#slots.values(), (slot) => slot.close()));
  }
}
