import { parseId, timestamp } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { Check } from 'typebox/value';
import { FleetView } from '../../../control-plane/src/resources/fleet.ts';
import { FleetReader } from '../../../control-plane/src/store/read/fleet/fleet-reader.ts';
import type { StoreWriter } from '../../../control-plane/src/store/write/store-writer.ts';
import { MIDNIGHT } from '../../stand/fleet/messages.ts';
import { BOOT, health } from '../stand/health.ts';
import { openStore } from '../stand/open-store.ts';
import { record, row } from './records.ts';

const [OLD, NEW] = ['a', 'b'].map((digit) => digit.repeat(64)) as [string, string];
const OTHER = { device: parseId('device', 'pi-2') };

function open(t: Test) {
  const { writer, reading } = openStore(t);
  const fleet = new FleetReader(reading);
  const look = (since: number | null = null): FleetView => {
    const question = { since, now: MIDNIGHT, silentAfterMillis: 600_000 };
    const text = fleet.read(question);
    const view = JSON.parse(text);
    t.ok(Check(FleetView, view), 'as the schema says');
    // What is kept from look to look is what one who looks for the first time reads.
    t.same(view, JSON.parse(new FleetReader(reading).read(question)));
    return view;
  };
  return {
    look,
    tell: (...records: Parameters<StoreWriter['commit']>[0]) => writer.commit(records),
    writer,
  };
}

const status = (state: string, changes: object = {}) =>
  record('status', { state, bootId: BOOT, agentVersion: '1.0.0' }, { ...changes });
const state = (label: string | null, score: number) => ({
  ...record('state', { label, score, since: timestamp(MIDNIGHT), occurrence: null, model: OLD }),
  camera: parseId('camera', 'cam0'),
});
const CAMERA = { source: 'v4l2', slot: 'main', mode: 'occurrence' };
const reported = (slot: object, more: object = {}) =>
  record('reported', {
    bootId: BOOT,
    agentVersion: '1.0.0',
    cameras: { cam0: CAMERA },
    slots: { main: { model: OLD, name: 'parts', variant: 'int8', ...slot } },
    ...more,
  });
const word = ({ words }: FleetView, place: number | null | undefined) =>
  place === null || place === undefined ? null : words[place];
const devicesOf = ({ devices }: FleetView) => devices.device;

t.test('all that is known of a device, in columns', async (t) => {
  const { look, tell } = open(t);
  tell(status('online'), reported({}), state('scratch', 0.93219));
  const first = { ...health({ up: 30, models: { [OLD]: { good: 10 } } }) };
  tell(record('health', first));
  tell(
    record('health', {
      ...health({ up: 40, models: { [OLD]: { good: 30 } } }),
      temperatureCelsius: 61.26,
    }),
  );
  const view = look();
  const { devices, cameras, slots, models } = view;
  t.match(view, { whole: true, total: 1, now: MIDNIGHT, silentAfterMillis: 600_000 });
  t.same([word(view, devices.site[0]), word(view, devices.state[0])], ['works', 'online']);
  t.match(devices, {
    device: ['pi-1'],
    lastSeenAt: [MIDNIGHT],
    fps: [0],
    inferenceMillis: [18],
    celsius: [61.3],
    lostAt: [null],
  });
  const camera = [cameras.camera, cameras.slot, cameras.label].map(([place]) => word(view, place));
  t.same(camera, ['cam0', 'main', 'scratch']);
  t.same(cameras.score, [0.932]);
  t.same(word(view, slots.slot[0]), 'main');
  t.same(models, { digest: [OLD], name: ['parts'], task: [null] });
});

t.test('after a revision, only what changed', async (t) => {
  const { look, tell } = open(t);
  tell(status('online'), status('online', OTHER));
  const { revision } = look();
  t.same(devicesOf(look(revision)), []);
  tell(state('good', 0.5));
  const later = look(revision);
  t.same([later.whole, devicesOf(later), later.total], [false, ['pi-1'], 2]);
  t.same(devicesOf(look(later.revision)), []);
  t.same(
    devicesOf(look(later.revision + 1)),
    ['pi-1', 'pi-2'],
    'a revision to come is another database’s',
  );
});

t.test('one that only detects is told of now and then: it lives', async (t) => {
  const { look, tell } = open(t);
  tell(status('online'));
  const { revision } = look();
  tell(row(1, {}, { receivedAt: MIDNIGHT + 29_000 }));
  t.same(devicesOf(look(revision)), []);
  tell(row(2, {}, { receivedAt: MIDNIGHT + 31_000 }));
  const { devices } = look(revision);
  t.same(devices.lastSeenAt, [MIDNIGHT + 31_000]);
});

t.test('what nobody knows any more is told', async (t) => {
  const { look, tell, writer } = open(t);
  tell(status('online'), record('health', { ...health() }, OTHER));
  const { revision } = look();
  writer.forgetStates();
  const view = look(revision);
  t.same(devicesOf(view), ['pi-1'], 'the other was unknown before');
  t.equal(word(view, view.devices.state[0]), 'unknown');
});

t.test('a camera that has not said a word, and one that is gone', async (t) => {
  const { look, tell } = open(t);
  tell(state('good', 0.5), reported({}, { cameras: { cam1: CAMERA } }));
  const view = look();
  t.same(
    view.cameras.camera.map((place) => word(view, place)),
    ['cam1'],
  );
  t.same([view.cameras.label, view.cameras.score], [[null], [null]]);
});

const report = (state: string, more: object = {}) => ({
  model: NEW,
  generation: 2,
  state,
  since: timestamp(MIDNIGHT),
  attempts: 1,
  ...more,
});
const reason = { code: 'DOWNLOAD_FAILED', message: 'The download broke off.' };
const UPDATES: readonly (readonly [string, ReturnType<typeof reported>, readonly unknown[]])[] = [
  ['none', reported({}), []],
  ['one that ended well', reported({ update: report('committed') }), []],
  ['one under way', reported({ update: report('testing') }), [['model/main', 'testing', null]]],
  [
    'one that failed',
    reported({ update: report('failed', { reason }) }),
    [['model/main', 'failed', 'The download broke off.']],
  ],
  [
    'a configuration that was taken back',
    reported({}, { configuration: { version: 3, state: 'reverted', since: timestamp(0), reason } }),
    [['configuration', 'reverted', 'The download broke off.']],
  ],
];
for (const [name, said, expected] of UPDATES) {
  t.test(`updates: ${name}`, async (t) => {
    const { look, tell } = open(t);
    tell(said);
    const view = look();
    const { lane, state, reason } = view.updates;
    const found = lane.map((at, i) => [at, state[i], reason[i]].map((place) => word(view, place)));
    t.same(found, expected);
  });
}

t.test('what is wrong with cameras, machine and agent.yaml', async (t) => {
  const { look, tell } = open(t);
  const flags = { underVoltage: true, frequencyCapped: false, throttled: true };
  const supply = { ...flags, softTemperatureLimit: false };
  const { cameras, ...rest } = health({ up: 700 });
  const since = timestamp(MIDNIGHT);
  const fault = { kind: 'frozen' as const, since, message: 'The same.' };
  const well = { ...rest, uptimeSeconds: 730, cameras };
  const unwell = { ...rest, cameras: { cam0: { ...cameras.cam0!, fault } } };
  const machine = { throttled: true, throttling: { ...supply, sinceBoot: supply } };
  const mistakes = [{ line: 3, key: 'halth', message: 'halth: unknown key.' }];
  const agentFile = { path: 'agent.yaml', safeMode: true, since, mistakes, total: 1 };
  const troublesOf = (view: FleetView) =>
    view.troubles.trouble.map((place, i) => [
      word(view, place),
      word(view, view.troubles.about[i]),
    ]);

  tell(record('health', { ...unwell, ...machine }), reported({}, { agentFile }));
  t.same(troublesOf(look()), [
    ['safe-mode', 'line 3: halth: unknown key.'],
    ['camera', 'cam0 frozen'],
    ['power', null],
  ]);
  tell(record('health', well), reported({}));
  t.same(troublesOf(look()), []);
});
