import { epochMillis, parseId, type TaskId } from '@edgeloop/protocol';
import { OLD, registerModels } from '../../control-plane/rollouts/stand/models.ts';
import { planOf } from '../../control-plane/rollouts/stand/running-fleet.ts';
import { FROZEN_COUNTS } from '../../control-plane/stand/frozen-counts.ts';
import type { openTestApi } from '../../control-plane/stand/open-test-api.ts';
import { record } from '../../control-plane/store/records.ts';

type TestApi = Awaited<ReturnType<typeof openTestApi>>;

const REPORTED = {
  bootId: '00000000-0000-4000-8000-00000000b007',
  agentVersion: '1',
  cameras: {},
  slots: { main: { model: OLD, name: 'old', variant: 'int8' } },
};

/**
 * Brings one of most things that a path names, so that what else is asked for reaches the database,
 * where a path of nothing ends at 404.
 *
 * @param authorization of somebody who may bring them
 * @returns what they are called, by the parameter of a path
 */
export async function bringExisting(
  { app, store, database, tasks }: TestApi,
  authorization: string,
): Promise<Readonly<Record<string, string>>> {
  const [device, camera, task, number] = ['door', 'cam0', 'main' as TaskId, 1];
  const post = async (url: string, payload: object) => {
    const answer = await app.inject({ method: 'POST', url, headers: { authorization }, payload });
    if (answer.statusCode !== 201) throw new Error(`${url}: ${answer.body}`);
    return answer.json();
  };
  await store.commit([record('reported', REPORTED, { device })]);
  await registerModels(database);
  await tasks.create({ task }, 'a test');
  await database
    .insertInto('dataset_versions')
    .values({
      task,
      number,
      classes: '["a","b"]',
      counts: FROZEN_COUNTS,
      fingerprint: parseId('sha256', 'f'.repeat(64)),
      created_by: 'a test',
      created_at: epochMillis(1),
    })
    .execute();
  const { job } = await post('/api/jobs', { task });
  const { rollout } = await post('/api/rollouts', planOf({ start: 'by hand' }));
  const configuration = 'night';
  await post('/api/configurations', { configuration, settings: {} });
  return {
    device,
    camera,
    task,
    configuration,
    rollout,
    digest: OLD,
    number: String(number),
    job: String(job),
  };
}
