import { epochMillis, type TaskId, timestamp } from '@edgeloop/protocol';
import { openStores } from '../../../control-plane/src/database/open-stores.ts';
import { openForWriting } from '../../../control-plane/src/store/open-database.ts';
import { StoreWriter } from '../../../control-plane/src/store/write/store-writer.ts';
import { registerModels, TASK } from '../../control-plane/rollouts/stand/models.ts';
import { row } from '../../control-plane/store/records.ts';
import type { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';

/** With which each begins, also where it is cut off. */
export const BEGINNING = '<img src=x onerror';
/** What runs where a page takes a name for its own markup. */
const MARKUP = `${BEGINNING}="document.title=1"><script>document.title=2</script>`;
/** The same of a class that people name: no folder could be called by a slash. */
const MARKED_CLASS = `${BEGINNING}="document.title=1">`;

/**
 * In a folder that no control plane has begun in: what a device and a trainer name, models and the
 * class that was seen.
 */
export async function writeMarkedNames(folder: string): Promise<void> {
  openForWriting(folder).close();
  const database = openStores(folder);
  await registerModels(database);
  const task = 'marked' as TaskId;
  const classes = JSON.stringify([MARKUP, 'good']);
  const marked = { task, classes, created_at: 1, created_by: 'a test' };
  await database.insertInto('tasks').values(marked).execute();
  await database.updateTable('model_versions').set({ task, name: MARKUP }).execute();
  await database.deleteFrom('tasks').where('task', '=', TASK).execute();
  await database.destroy();
  const writer = new StoreWriter(folder);
  const now = epochMillis(Date.now());
  writer.commit([row(1, { label: MARKUP, capturedAt: timestamp(now) }, { receivedAt: now })]);
  writer.close();
}

/**
 * What people name. Names of devices, cameras, slots, sites and tasks are lower case and dashes.
 *
 * @returns the addresses at which a name stands
 */
export async function bringMarkedNames(controlPlane: ControlPlaneProcess): Promise<string[]> {
  const post = (path: string, body: object) => controlPlane.post(path, body);
  await post('/api/tokens', { name: MARKUP, role: 'viewer' });
  await post('/api/enrolment-tokens', { name: MARKUP, site: 'works' });
  await post('/api/tasks', { task: 'named', classes: [MARKED_CLASS, 'good'] });
  const subject = { label: MARKUP };
  await post('/api/webhooks', { url: 'http://127.0.0.1:9/', kinds: ['job.*'], subject });
  const configuration = { configuration: 'marked', note: MARKUP, settings: {} };
  const { newest } = await post('/api/configurations', configuration);
  const { version } = newest;
  const { rollout } = await post('/api/rollouts', {
    name: MARKUP,
    cargo: { kind: 'configuration', version },
    start: 'by hand',
    waves: [{ size: { percent: 100 } }],
  });
  const setup = ['tokens', 'audit', 'enrol', 'webhooks'].map((section) => `/setup/${section}`);
  return [...setup, '/detections', '/label/named', '/models', '/rollouts', `/rollouts/${rollout}`];
}
