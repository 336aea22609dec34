import { type DeviceId, seconds } from '@edgeloop/protocol';
import type { Ingest } from '../ingest/ingest.ts';
import type { DeviceDrift } from '../jobs/drift/drift-watch.ts';
import { raiseForDrift } from '../jobs/drift/raise-for-drift.ts';
import type { SampleBudget } from '../samples/budget/allot-budget.ts';
import { Allotter } from '../samples/budget/allotter.ts';
import type { BudgetStore } from '../samples/budget/budget-store.ts';
import { servingDevices } from '../samples/budget/serving-devices.ts';
import { findTaskIn } from '../samples/find-task.ts';
import type { Context } from './context.ts';

interface Joined {
  readonly budgets: BudgetStore;
  readonly drifting: () => readonly DeviceDrift[];
  readonly ingest: Pick<Ingest, 'publish' | 'connected'>;
}

const ALLOT_EVERY = seconds(60);

/** Divides what may be sampled over the fleet, more to where the model is least sure, and tells each device by `desired`. */
export function allotBudgets(
  { surroundings: { log, now }, parts, store, database }: Context,
  { budgets, drifting, ingest }: Joined,
): void {
  const tell = async (device: DeviceId, budget: SampleBudget | null) => {
    const view = await store.read('viewDevice', device);
    if (!view) return;
    // Rises with every word, over restarts too.
    const desired = { version: now(), ...(budget && { sampling: { budgets: budget } }) };
    await ingest.publish('desired', { site: view.site, device }, desired);
  };
  const allotter = new Allotter({
    ...{ budgets, every: ALLOT_EVERY, log, publish: tell },
    devices: async () =>
      raiseForDrift(await servingDevices(store, findTaskIn(database)), drifting()),
  });
  void ingest.connected.then(() => allotter.start());
  parts.add(() => allotter.close());
}
