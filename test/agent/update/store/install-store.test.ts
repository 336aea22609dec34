import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sha256 } from '@edgeloop/protocol';
import t from 'tap';
import { newSlotRecord } from '../../../../agent/src/update/machine/slot-record.ts';
import { InstallStore } from '../../../../agent/src/update/store/install-store.ts';
import { lostByPowerCut, noPowerCut } from '../../../stand/machine/lost-by-power-cut.ts';

const [YAML, A, B] = ['0', 'a', 'b'].map((digit) => digit.repeat(64)) as [Sha256, Sha256, Sha256];

t.test('the record and what decides outlive the process', async (t) => {
  const folder = join(t.testdir(), 'models', 'main');
  const store = new InstallStore(folder);
  t.same(await store.record(YAML), newSlotRecord(YAML), 'there is none yet');
  const record = { ...newSlotRecord(YAML), previous: { model: A, generation: 3 } };
  await store.write(record);
  await store.point({ model: B, generation: 4 });
  const next = new InstallStore(folder);
  t.same(await next.record(YAML), record);
  t.same(await next.active(), { model: B, generation: 4 });
});

t.test('so they do when the power goes then', { skip: noPowerCut }, async (t) => {
  for (const killed of [false, true]) {
    const state = t.testdir({ models: {} });
    const folder = join(state, 'models', 'main');
    const work = async () => {
      // As by a process that was killed there.
      if (killed) mkdirSync(folder);
      const store = new InstallStore(folder);
      await store.write(newSlotRecord(YAML));
      await store.point({ model: B, generation: 4 });
    };
    t.same(await lostByPowerCut(state, work), []);
  }
});

t.test('a record that is damaged, or of another schema, costs the history alone', async (t) => {
  const folder = join(t.testdir(), 'main');
  const store = new InstallStore(folder);
  await store.point({ model: B, generation: 4 });
  for (const text of ['{"schema":1,"good":', '{"schema":2}', '']) {
    writeFileSync(join(folder, 'update.json'), text);
    const { good, update } = await store.record(YAML);
    t.same([good, update], [{ model: B, generation: 4 }, null], text);
  }
  writeFileSync(join(folder, 'active'), 'x');
  t.same(await store.record(YAML), newSlotRecord(YAML), 'without either it begins anew');
});

t.test('a record that can not be read does not make what is on trial good', async (t) => {
  const folder = join(t.testdir(), 'main');
  const store = new InstallStore(folder);
  await store.point({ model: B, generation: 4 });
  mkdirSync(join(folder, 'update.json'));
  await t.rejects(store.record(YAML), { code: 'STATE_UNUSABLE' });
});

const MEMORY = '/proc/self/mem';
const skip = !existsSync(MEMORY) && 'needs /proc';
t.test('what decides is written anew where it can not be read', { skip }, async (t) => {
  const folder = t.testdir({ active: t.fixture('symlink', MEMORY) });
  const store = new InstallStore(folder);
  await t.rejects(store.active(), { code: 'STATE_UNUSABLE' });
  await store.point({ model: A, generation: 1 });
  t.same(await store.active(), { model: A, generation: 1 });
});

t.test('packages that nobody keeps go, also halves of them, and nothing else does', async (t) => {
  const folder = t.testdir({ active: '{}', 'update.json': '{}' });
  for (const model of [A, B]) mkdirSync(join(folder, model, 'golden'), { recursive: true });
  const store = new InstallStore(folder);
  await store.retain(new Set([B, YAML]));
  t.same(readdirSync(folder).sort(), ['active', B, 'update.json'].sort());
  await new InstallStore(join(folder, 'none')).retain(new Set());
});
