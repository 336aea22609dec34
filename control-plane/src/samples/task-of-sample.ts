import type { TaskId } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import type { TaskOf } from './sample-intake.ts';

/**
 * The task of the model that looked at the picture; where the registry does not know the model (one that was laid onto
 * the device by hand), the task that is called as the slot is.
 */
export function taskOfSample(database: Database): TaskOf {
  return async ({ model, slot }) => {
    const ofModel = await database
      .selectFrom('model_versions')
      .select('task')
      .where('digest', '=', model)
      .executeTakeFirst();
    if (ofModel) return ofModel.task;
    const ofSlot = await database
      .selectFrom('tasks')
      .select('task')
      .where('task', '=', slot as string as TaskId)
      .executeTakeFirst();
    if (ofSlot) return ofSlot.task;
    throw new ControlPlaneError(
      'NOT_FOUND',
      `Expected a model of the registry, or a task called as the slot, received the model ${model} in ${slot}. Make the task with POST /api/tasks, or register the model.`,
    );
  };
}
