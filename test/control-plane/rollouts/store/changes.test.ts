import type { DeviceId } from '@edgeloop/protocol';
import t from 'tap';
import { newDevice } from '../../../../control-plane/src/rollouts/engine/steps/start-rollout.ts';
import type { RolloutId } from '../../../../control-plane/src/rollouts/rollout-id.ts';
import { changeRollout } from '../../../../control-plane/src/rollouts/store/change-rollout.ts';
import { insertDevices } from '../../../../control-plane/src/rollouts/store/insert-devices.ts';
import {
  type DeviceMove,
  moveDevices,
} from '../../../../control-plane/src/rollouts/store/move-devices.ts';
import { RolloutReader } from '../../../../control-plane/src/rollouts/store/rollout-reader.ts';
import { DATABASES } from '../../stand/databases.ts';
import { insertRollout } from '../stand/rollout-row.ts';

const ID = '00000000-0000-4000-8000-000000000001' as RolloutId;
const name = (device: string) => device as DeviceId;
const bake = {
  event: 'bake',
  by: 'engine',
  reason: 'All have ended.',
  figures: { done: 3 },
} as const;

for (const { name: engine, open } of DATABASES) {
  t.test(
    `on ${engine}: of two who want to take the same step one does, and it is written down once`,
    async (t) => {
      const database = await open(t);
      const row = await insertRollout(database, { id: ID });
      const step = () =>
        database.transaction().execute((trx) => changeRollout(trx, row, bake, {}, 5));
      const taken = await Promise.all([step(), step()]);
      t.match(taken, [{ state: 'baking', revision: 2, since: 5 }, null]);
      const decisions = await database.selectFrom('rollout_decisions').selectAll().execute();
      t.match(decisions, [
        {
          event: 'bake',
          by_whom: 'engine',
          from_state: 'rolling',
          to_state: 'baking',
          at: 5,
          figures: '{"done":3}',
        },
      ]);
      t.equal(decisions.length, 1);
    },
  );

  t.test(`on ${engine}: what the table does not know changes nothing`, async (t) => {
    const database = await open(t);
    const row = await insertRollout(database, { id: ID, state: 'completed' });
    const step = await database
      .transaction()
      .execute((trx) => changeRollout(trx, row, bake, {}, 5));
    t.equal(step, null);
    t.same(await database.selectFrom('rollout_decisions').selectAll().execute(), []);
    t.match(await new RolloutReader(database).find(ID), { state: 'completed', revision: 1 });
  });

  t.test(`on ${engine}: a note keeps the state, and since when it is`, async (t) => {
    const database = await open(t);
    const row = await insertRollout(database, { id: ID });
    const tell = { event: 'tell', by: 'engine', reason: 'Told.' } as const;
    const next = await database
      .transaction()
      .execute((trx) => changeRollout(trx, row, tell, {}, 5));
    t.match(next, { state: 'rolling', since: 1, revision: 2 });
  });

  t.test(`on ${engine}: devices move from where they were read, or not at all`, async (t) => {
    const database = await open(t);
    const row = await insertRollout(database, { id: ID });
    const devices = ['a', 'b', 'c'].map((device) => newDevice(row, name(device), 0, 1));
    await insertDevices(database, devices);
    const tell = (device: string) =>
      ({
        device: name(device),
        from: 'pending',
        event: 'tell',
        told: { generation: 1, told_at: 2, told_number: 'this move' },
      }) as const;
    const move = async (moves: readonly DeviceMove[], now: number) => [
      ...(await moveDevices(database, ID, moves, now)),
    ];
    t.same(await move([tell('a'), tell('b')], 2), ['a', 'b']);
    t.same(await move([tell('a'), tell('c')], 3), ['c'], 'one was told before');
    const wrong = { device: name('a'), from: 'told', event: 'back' } as const;
    t.same(await move([wrong], 4), [], 'the table does not know it');
    const reader = new RolloutReader(database);
    t.match(await reader.inState(ID, ['told'], { throughWave: 0, limit: 9 }), [
      { device: 'a', since: 2, move_number: 2, told_number: 2 },
      { device: 'b', since: 2, move_number: 2, told_number: 2 },
      { device: 'c', since: 3, move_number: 2, told_number: 2 },
    ]);
  });

  t.test(`on ${engine}: a fleet moves in few statements`, async (t) => {
    const database = await open(t);
    const row = await insertRollout(database, { id: ID });
    const names = Array.from({ length: 2000 }, (_, i) => `d-${i}`);
    const devices = names.map((device) => newDevice(row, name(device), 0, 1));
    await insertDevices(database, devices);
    const moves = names.map(
      (device) =>
        ({
          device: name(device),
          from: 'pending',
          event: 'tell',
          told: { generation: 1 },
        }) as const,
    );
    t.equal((await moveDevices(database, ID, moves, 2)).size, 2000);
    t.match(await new RolloutReader(database).counts(ID), [
      { wave: 0, state: 'told', devices: 2000 },
    ]);
  });
}
