import { type Bytes, bytes, type DeviceId, type TaskId } from '@edgeloop/protocol';
import { allotBudget, type SampleBudget, type UnsureDevice } from './allot-budget.ts';

/** A device and the tasks that its slots serve. */
export interface ServingDevice extends UnsureDevice {
  readonly tasks: readonly TaskId[];
}

/**
 * What each device may sample: its parts of the budgets of all tasks that it serves. A device that
 * serves no task with a budget is left out: it keeps to its own configuration.
 */
export function allotFleet(
  budgets: ReadonlyMap<TaskId, SampleBudget>,
  devices: readonly ServingDevice[],
): ReadonlyMap<DeviceId, SampleBudget> {
  const allotted = new Map<DeviceId, SampleBudget>();
  for (const [task, budget] of budgets) {
    const serving = devices.filter(({ tasks }) => tasks.includes(task));
    for (const { device, budget: part } of allotBudget(budget, serving)) {
      allotted.set(device, add(allotted.get(device), part));
    }
  }
  return allotted;
}

const NOTHING: SampleBudget = { perHour: 0, perDay: 0, bytesPerDay: bytes(0) };

const add = (a: SampleBudget = NOTHING, b: SampleBudget): SampleBudget => ({
  perHour: a.perHour + b.perHour,
  perDay: a.perDay + b.perDay,
  bytesPerDay: (a.bytesPerDay + b.bytesPerDay) as Bytes,
});
