import type { Sha256, TaskId } from '@edgeloop/protocol';
import type { Database } from '../../../../control-plane/src/database/open-stores.ts';

export const OLD = 'a'.repeat(64) as Sha256;
export const NEW = 'b'.repeat(64) as Sha256;
export const NEWER = 'c'.repeat(64) as Sha256;
export const TASK = 'parts' as TaskId;

/** Three models of a task, as the registry leaves them when a package has passed its checks. */
export async function registerModels(database: Database): Promise<void> {
  await database
    .insertInto('tasks')
    .values({ task: TASK, classes: '[]', created_at: 1, created_by: 'a test' })
    .execute();
  for (const digest of [OLD, NEW, NEWER]) {
    await database
      .insertInto('model_versions')
      .values({
        digest,
        task: TASK,
        name: digest.slice(0, 4),
        manifest: '{"variants":[]}',
        state: 'registered',
        refusal: null,
        signature: null,
        accuracy: null,
        dataset: digest,
        parent: null,
        job: null,
        created_at: 1,
        created_by: 'a test',
        decided_at: 1,
      })
      .execute();
  }
}
