import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DeviceId, parseId, type SlotId, timestamp } from '@edgeloop/protocol';
import t from 'tap';
import { Check } from 'typebox/value';
import { RunPage } from '../../../control-plane/src/resources/run.ts';
import type { RolloutId } from '../../../control-plane/src/rollouts/rollout-id.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import { MIDNIGHT } from '../../stand/fleet/messages.ts';
import { bearer, createTestApi } from '../stand/test-api.ts';
import { record } from '../store/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'runs-'));
const store = new Store(folder);
await store.start();
const { app, tokens, database } = await createTestApi(t, { folder, store });
const authorization = await bearer(tokens, 'viewer');
t.teardown(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const [OLD, NEW] = [parseId('sha256', 'a'.repeat(64)), parseId('sha256', 'b'.repeat(64))];
const HOUR = 3_600_000;
const at = (hours: number) => timestamp(MIDNIGHT + hours * HOUR);

/** What `pi-1` says that it runs, so many hours after midnight. */
const runs = (
  hours: number,
  slots: Readonly<Record<string, { model: string; generation?: number }>>,
) => {
  const named = Object.entries(slots).map(([slot, run]) => [slot, { name: 'parts', ...run }]);
  const message = { slots: Object.fromEntries(named), cameras: {} };
  return record('reported', message, { receivedAt: MIDNIGHT + hours * HOUR });
};

const rollout = '44444444-4444-4444-8444-444444444444' as RolloutId;
const device = 'pi-1' as DeviceId;
await database
  .insertInto('rollouts')
  .values({
    id: rollout,
    name: 'november',
    lane: 'model/main',
    cargo: NEW,
    plan: '{}',
    priority: 0,
    state: 'completed',
    revision: 1,
    wave: 0,
    cutoffs: '[]',
    since: 0,
    created_at: 0,
    created_by: 'token:anna',
    approved_by: 'token:ben',
    approved_at: MIDNIGHT,
  })
  .execute();
await database
  .insertInto('assignments')
  .values({
    device,
    slot: 'main' as SlotId,
    purpose: 'active',
    generation: 1,
    model: NEW,
    rollout,
    issued_at: 0,
    expires_at: 0,
    key_id: 'k' as never,
    assignment: '{}',
  })
  .execute();
await store.commit([
  runs(1, { main: { model: OLD }, door: { model: OLD } }),
  runs(2, { main: { model: OLD }, door: { model: OLD } }),
  runs(3, { main: { model: NEW, generation: 1 }, door: { model: OLD } }),
  runs(3, { main: { model: NEW, generation: 1 }, door: { model: OLD } }),
  runs(5, { main: { model: OLD, generation: 2 } }),
]);

async function list(query = '') {
  const response = await app.inject({
    url: `/api/devices/pi-1/runs${query}`,
    headers: { authorization },
  });
  t.equal(response.statusCode, 200, response.body);
  const page: RunPage = response.json();
  t.ok(Check(RunPage, page));
  return page;
}
const told = ({ slot, model, generation, from, until }: RunPage['runs'][number]) =>
  [slot, model, generation, from, until] as const;

t.test(
  'what ran, newest first, from when to when; what is said again changes nothing',
  async (t) => {
    t.same((await list()).runs.map(told), [
      ['main', OLD, 2, at(5), null],
      ['main', NEW, 1, at(3), at(5)],
      ['door', OLD, null, at(1), at(5)],
      ['main', OLD, null, at(1), at(3)],
    ]);
  },
);

t.test('what ran at a time, which rollout put it there, and who approved it', async (t) => {
  const then = await list(`?at=${at(4)}`);
  t.same(then.runs.map(told), [
    ['main', NEW, 1, at(3), at(5)],
    ['door', OLD, null, at(1), at(5)],
  ]);
  t.match(then.runs, [
    {
      rollout: { id: rollout, name: 'november', createdBy: 'token:anna', approvedBy: 'token:ben' },
    },
    { rollout: null },
  ]);
  t.same(
    (await list(`?at=${at(3)}`)).runs.map(({ model }) => model),
    [NEW, OLD],
    'from the first moment',
  );
  t.same((await list(`?at=${at(0.5)}`)).runs, []);
});

t.test('in pages', async (t) => {
  const first = await list('?limit=3');
  t.equal(first.runs.length, 3);
  t.same((await list(`?limit=3&cursor=${first.next}`)).runs.map(told), [
    ['main', OLD, null, at(1), at(3)],
  ]);
});

t.test('of a device that nobody knows nothing ran', async (t) => {
  const { statusCode } = await app.inject({
    url: '/api/devices/pi-9/runs',
    headers: { authorization },
  });
  t.equal(statusCode, 404);
});
