import { setTimeout as delay } from 'node:timers/promises';
import type { DeviceId, Millis } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { SampleBudget } from './allot-budget.ts';
import { allotFleet, type ServingDevice } from './allot-fleet.ts';
import type { BudgetStore } from './budget-store.ts';

export interface AllotterOptions {
  readonly budgets: Pick<BudgetStore, 'all'>;
  readonly devices: () => Promise<readonly ServingDevice[]>;
  /** Tells a device, by `desired`. Null: it keeps to its own configuration from now on. */
  readonly publish: (device: DeviceId, budget: SampleBudget | null) => Promise<void>;
  readonly every: Millis;
  readonly log: Logger;
}

/** Divides the budgets of the tasks over the fleet now and then, and tells the devices whose part has changed. */
export class Allotter {
  readonly #options: AllotterOptions;
  readonly #closing = new AbortController();
  readonly #told = new Map<DeviceId, string>();
  #running: Promise<void> = Promise.resolve();

  constructor(options: AllotterOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  /** What could not be told is told the next time. */
  async allot(): Promise<void> {
    const { budgets, devices, publish } = this.#options;
    const allotted = allotFleet(await budgets.all(), await devices());
    for (const device of new Set([...this.#told.keys(), ...allotted.keys()])) {
      const budget = allotted.get(device) ?? null;
      const said = JSON.stringify(budget);
      if (this.#told.get(device) === said) continue;
      await publish(device, budget);
      if (budget === null) this.#told.delete(device);
      else this.#told.set(device, said);
    }
  }

  async #run(): Promise<void> {
    const { every, log } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.allot().catch((error: Error) =>
        log.warn({ error: error.message }, 'budgets are allotted again later'),
      );
      await delay(every, undefined, { signal, ref: false }).catch(() => {});
    }
  }
}
