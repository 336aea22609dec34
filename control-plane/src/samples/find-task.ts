import type { Sha256, SlotId, TaskId } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';

/** Which task a slot serves with a model; null: none that is known. */
export type FindTask = (serving: {
  readonly slot: SlotId;
  readonly model: Sha256;
}) => Promise<TaskId | null>;

/**
 * The task of the model; where the registry does not know the model (one that was laid onto the
 * device by hand), the task that is called as the slot is.
 */
export function findTaskIn(database: Database): FindTask {
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
    return ofSlot?.task ?? null;
  };
}
