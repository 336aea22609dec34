import {
  type DeviceId,
  epochMillis,
  parseId,
  type Sha256,
  type SlotId,
  type TaskId,
} from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { openStores } from '../../../../control-plane/src/database/open-stores.ts';
import { removeDevice } from '../../../../control-plane/src/devices/remove-device.ts';
import type { DeviceFigures } from '../../../../control-plane/src/rollouts/gates/wave-figures.ts';
import { StoredMeasures } from '../../../../control-plane/src/rollouts/measure/stored-measures.ts';
import { openForReading } from '../../../../control-plane/src/store/open-database.ts';
import { readWave, type WaveQuery } from '../../../../control-plane/src/store/read/read-wave.ts';
import type { Store } from '../../../../control-plane/src/store/store.ts';
import { StoreWriter } from '../../../../control-plane/src/store/write/store-writer.ts';
import { health, OTHER_BOOT, shadow } from '../../stand/health.ts';
import { ofManyCommits } from '../../stand/on-postgres.ts';
import { storePlace } from '../../stand/store-place.ts';
import { record } from '../../store/records.ts';

const [OLD, NEW, FOREIGN] = ['a', 'b', 'c'].map((digit) => parseId('sha256', digit.repeat(64))) as [
  Sha256,
  Sha256,
  Sha256,
];
const SLOT = 'main' as SlotId;
const WAVE = { rollout: 'r1', wave: 0 };
const NONE = { committed: 1, failed: 0, refused: 0, reverted: 0, underWay: 0 };
const HOUR = 3_600_000;

/** A folder with a store and measures, and what devices say to it; times are hours. */
async function fleet(t: Test) {
  const place = storePlace(t);
  const writer = new StoreWriter(...place);
  const reading = openForReading(...place);
  const database = openStores(...place);
  // Without the thread that the store reads in.
  const read = async (_: 'readWave', key: WaveQuery) => readWave(reading, key);
  const store = { read } as unknown as Pick<Store, 'read'>;
  let now = 0;
  t.teardown(async () => {
    await database.destroy();
    reading.close();
    writer.close();
  });
  // As the registry would say: the foreign model is another task's.
  const findTask = async ({ model }: { model: Sha256 }) =>
    (model === FOREIGN ? 'other' : 'parts') as TaskId;
  const create = () => {
    const parts = { database, store, findTask, now: () => epochMillis(now * HOUR) };
    return new StoredMeasures(parts);
  };
  const say = (device: string, name: string, message: object) =>
    writer.commit([record(name, { ...message }, { device, receivedAt: now * HOUR })]);
  return {
    writer,
    database,
    create,
    at: (hours: number) => {
      now = hours;
    },
    begin: (devices: readonly string[], more: object = {}) => {
      const window = { ...WAVE, slot: SLOT, model: NEW, excluded: [] };
      return create().begin({ ...window, devices: devices as readonly DeviceId[], ...more });
    },
    measure: (wave = 0) => create().measureWave({ rollout: 'r1', wave }, NONE),
    runs: (device: string, model: Sha256, generation?: number) => {
      const slot = { model, name: 'parts', variant: 'int8', ...(generation && { generation }) };
      return say(device, 'reported', { slots: { main: slot }, cameras: {} });
    },
    health: (device: string, given: Parameters<typeof health>[0]) =>
      say(device, 'health', health(given)),
    shadow: (device: string, ...given: Parameters<typeof shadow>) =>
      say(device, 'shadow', shadow(...given)),
    say,
  };
}

const frames = ({ before, after }: DeviceFigures) =>
  [before, after].map(({ scores }) =>
    Object.fromEntries(
      Object.entries(scores).map(([label, counts]) => [label, counts.reduce((a, b) => a + b, 0)]),
    ),
  );
const names = (devices: readonly DeviceFigures[]) => devices.map(({ device }) => device);

t.test(
  'before and since: by the old model and the new, over boots, in the same hours',
  async (t) => {
    const { at, runs, health, begin, measure } = await fleet(t);
    for (const device of ['pi-0', 'pi-1']) {
      runs(device, OLD);
      health(device, { up: 1, models: { [OLD]: { good: 1000 } } });
    }
    for (const hours of [1, 2]) {
      at(hours);
      for (const device of ['pi-0', 'pi-1']) {
        const good = 1000 + 100 * hours;
        health(device, { up: hours * 3600, models: { [OLD]: { good, bent: 7 * hours } } });
      }
    }
    at(2.5);
    await begin(['pi-0']);
    runs('pi-0', NEW, 1);
    at(3);
    health('pi-0', { up: 3 * 3600, failed: 2, models: { [NEW]: { good: 30 } } });
    health('pi-1', { up: 3 * 3600, models: { [OLD]: { good: 1240, bent: 14 } } });
    // One boots anew: its counters begin at nothing.
    health('pi-1', { boot: OTHER_BOOT, up: 60, models: { [OLD]: { good: 5 } }, restarts: 1 });
    const { window, wave, control } = await measure();
    t.same(window, { from: 2.5 * HOUR, to: 3 * HOUR });
    t.same(
      wave.map(frames),
      [[{ good: 100, bent: 7 }, { good: 30 }]],
      'of the hours before, not of all time',
    );
    t.same(control.map(frames), [
      [
        { good: 100, bent: 7 },
        { good: 45, bent: 0 },
      ],
    ]);
    t.match(wave[0], { runs: true, boots: 0, failedFrames: 2, hours: 1, shadow: null });
    t.match(control[0], { runs: true, boots: 1, processRestarts: 1 });
  },
);

t.test('who is compared with: of the same slot and task, there, and not touched', async (t) => {
  const { runs, say, begin, measure, at, create } = await fleet(t);
  for (const device of ['canary', 'pi-1', 'pi-2', 'busy', 'away', 'foreign']) {
    runs(device, device === 'foreign' ? FOREIGN : OLD);
  }
  const boot = { bootId: OTHER_BOOT, agentVersion: '1' };
  say('away', 'status', { state: 'offline', ...boot });
  const slot = { model: OLD, name: 'parts', variant: 'int8' };
  say('elsewhere', 'reported', { slots: { door: slot }, cameras: {} });
  await begin(['canary'], { excluded: ['busy'] });
  t.same(names((await measure()).control), ['pi-1', 'pi-2']);
  await begin(['pi-1']);
  t.match((await measure()).wave, [{ device: 'canary', runs: false }], 'once begun it stays');

  at(1);
  runs('pi-2', NEW, 4);
  runs('pi-1', OLD, 9);
  t.same(names((await measure()).control), ['pi-1'], 'one that gets another model leaves');
  at(2);
  runs('pi-2', OLD);
  t.same(names((await measure()).control), ['pi-1'], 'for good');

  await create().forget('r1');
  await t.rejects(measure(), { code: 'NOT_FOUND' });
});

t.test('where nobody is untouched, those of earlier waves stand in', async (t) => {
  const { runs, begin, measure } = await fleet(t);
  runs('pi-1', NEW, 1);
  runs('pi-2', OLD);
  await begin(['pi-2'], { wave: 1 });
  t.same(names((await measure(1)).control), ['pi-1']);
});

t.test('of a large fleet so many are measured, and always the same', ofManyCommits(), async (t) => {
  const { writer, begin, measure, create } = await fleet(t);
  const slot = { model: OLD, name: 'parts', variant: 'int8' };
  const all = Array.from({ length: 1400 }, (_, i) => `pi-${i}`);
  writer.commit(
    all.map((device) => record('reported', { slots: { main: slot }, cameras: {} }, { device })),
  );
  await begin(all.slice(0, 700));
  const { wave, control } = await measure();
  t.same([wave.length, control.length], [500, 500]);
  await create().forget('r1');
  await begin(all.slice(0, 700));
  const again = await measure();
  t.same([names(again.wave), names(again.control)], [names(wave), names(control)]);
});

t.test('a candidate that looks on, over boots and changes of the model beside it', async (t) => {
  const { runs, shadow, begin, measure } = await fleet(t);
  const both = { active: OLD, candidate: NEW };
  runs('pi-1', OLD);
  shadow('pi-1', both, { at: 1, compared: 100, agreed: 10 });
  await begin(['pi-1']);
  shadow('pi-1', both, { at: 2, compared: 150, agreed: 55 });
  shadow('pi-1', both, { at: 2, compared: 150, agreed: 55 });
  shadow('pi-1', both, { boot: OTHER_BOOT, at: 3, compared: 20, agreed: 19 });
  shadow(
    'pi-1',
    { active: FOREIGN, candidate: NEW },
    { boot: OTHER_BOOT, at: 4, compared: 5, agreed: 1 },
  );
  const { wave } = await measure();
  t.match(wave[0]?.shadow, {
    compared: 75,
    agreed: 65,
    byClass: { good: { compared: 75, agreed: 65 } },
  });
});

t.test('starts count from when a device took the new model, or from the beginning', async (t) => {
  const { runs, say, begin, measure, at } = await fleet(t);
  for (const device of ['pi-1', 'pi-2', 'pi-3']) runs(device, OLD);
  at(1);
  await begin(['pi-1', 'pi-2']);
  const boot = (i: number) => {
    const bootId = `00000000-0000-4000-8000-00000000000${i}`;
    for (const device of ['pi-1', 'pi-2', 'pi-3']) {
      say(device, 'status', { state: 'online', bootId, agentVersion: '1' });
    }
  };
  at(2);
  boot(1);
  at(3);
  runs('pi-1', NEW, 1);
  at(4);
  boot(2);
  // Taken again after a failure: it has had it since then all the same.
  runs('pi-1', OLD, 2);
  runs('pi-1', NEW, 3);
  const { wave, control } = await measure();
  t.match(wave, [
    { device: 'pi-1', since: 3 * HOUR, boots: 1 },
    { device: 'pi-2', since: 1 * HOUR, boots: 2 },
  ]);
  t.match(control, [{ device: 'pi-3', since: 1 * HOUR, boots: 2 }]);
});

t.test(
  'births count as boots before any health is told; a device that is removed leaves nothing',
  async (t) => {
    const { runs, say, begin, measure, at, database } = await fleet(t);
    runs('pi-1', OLD);
    await begin(['pi-1']);
    at(1);
    const boots = [1, 2, 3].map((i) => `00000000-0000-4000-8000-00000000000${i}`);
    for (const bootId of [...boots, ...boots]) {
      say('pi-1', 'status', { state: 'online', bootId, agentVersion: '1' });
    }
    say('pi-1', 'status', { state: 'offline', bootId: OTHER_BOOT, agentVersion: '1' });
    t.match((await measure()).wave, [{ boots: 3, hours: 0 }]);
    await removeDevice(database, 'pi-1' as DeviceId);
    t.same((await measure()).wave, []);
  },
);
