import type { DeviceId, Millis } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { DesiredPart, DesiredSource } from '../../desired/desired-source.ts';
import { PeriodicTask } from '../../periodic-task/periodic-task.ts';
import type { SampleBudget } from './allot-budget.ts';
import { allotFleet, type ServingDevice } from './allot-fleet.ts';
import type { BudgetStore } from './budget-store.ts';

export interface AllotterOptions {
  readonly budgets: Pick<BudgetStore, 'all'>;
  readonly devices: () => Promise<readonly ServingDevice[]>;
  /** What these may sample has changed; of any, when it is known for the first time. */
  readonly tell: (devices: readonly DeviceId[] | 'all') => void;
  readonly every: Millis;
  readonly log: Logger;
}

/**
 * Divides the budgets of the tasks over the fleet now and then. What is said of it in `desired` is
 * the device's part, nothing where it has none: it keeps to its own configuration then.
 */
export class Allotter implements DesiredSource {
  readonly parts = ['sampling'] as const;
  readonly #options: AllotterOptions;
  readonly #task: PeriodicTask;
  /** Null: not known yet. */
  #allotted: ReadonlyMap<DeviceId, SampleBudget> | null = null;

  constructor(options: AllotterOptions) {
    this.#options = options;
    this.#task = new PeriodicTask({
      every: options.every,
      run: () => this.allot(),
      onFailure: ({ message }) =>
        options.log.warn({ error: message }, 'budgets are allotted again later'),
    });
  }

  start(): void {
    this.#task.start();
  }

  close(): Promise<void> {
    return this.#task.close();
  }

  async read(devices: readonly DeviceId[]): Promise<ReadonlyMap<DeviceId, DesiredPart> | null> {
    const allotted = this.#allotted;
    if (allotted === null) return null;
    return new Map(
      devices.flatMap((device) => {
        const budgets = allotted.get(device);
        return budgets ? [[device, { sampling: { budgets } }] as const] : [];
      }),
    );
  }

  async allot(): Promise<void> {
    const { budgets, devices, tell } = this.#options;
    const all = await budgets.all();
    // Reading what every device is unsure of is for nothing where there is nothing to divide.
    const allotted = all.size === 0 ? new Map() : allotFleet(all, await devices());
    const before = this.#allotted;
    this.#allotted = allotted;
    if (before === null) tell('all');
    else tell(changed(before, allotted));
  }
}

function changed(
  before: ReadonlyMap<DeviceId, SampleBudget>,
  after: ReadonlyMap<DeviceId, SampleBudget>,
): DeviceId[] {
  const all = [...new Set([...before.keys(), ...after.keys()])];
  return all.filter(
    (device) => JSON.stringify(before.get(device)) !== JSON.stringify(after.get(device)),
  );
}
