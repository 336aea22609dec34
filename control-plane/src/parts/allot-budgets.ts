import { seconds } from '@edgeloop/protocol';
import type { DesiredPublisher } from '../desired/desired-publisher.ts';
import type { DeviceLine } from '../ingest/device-line.ts';
import type { DeviceDrift } from '../jobs/drift/drift-watch.ts';
import { raiseForDrift } from '../jobs/drift/raise-for-drift.ts';
import { Allotter } from '../samples/budget/allotter.ts';
import type { BudgetStore } from '../samples/budget/budget-store.ts';
import { servingDevices } from '../samples/budget/serving-devices.ts';
import { findTaskIn } from '../samples/find-task.ts';
import type { Context } from './context.ts';

interface Dependencies {
  readonly budgets: BudgetStore;
  readonly drifting: () => readonly DeviceDrift[];
  readonly ingest: Pick<DeviceLine, 'connected'>;
  readonly publisher: Pick<DesiredPublisher, 'tell' | 'tellAll'>;
}

const ALLOT_EVERY = seconds(60);

/**
 * Divides what may be sampled over the fleet, more to where the model is least sure.
 * @returns what is said of it in `desired`
 */
export function allotBudgets(
  { surroundings: { log }, lifecycle, store, database }: Context,
  { budgets, drifting, ingest, publisher }: Dependencies,
): Allotter {
  const allotter = new Allotter({
    budgets,
    every: ALLOT_EVERY,
    log,
    devices: async () =>
      raiseForDrift(await servingDevices(store, findTaskIn(database)), drifting()),
    tell: (devices) => (devices === 'all' ? publisher.tellAll() : publisher.tell(devices)),
  });
  void ingest.connected.then(() => allotter.start());
  lifecycle.add(() => allotter.close());
  return allotter;
}
