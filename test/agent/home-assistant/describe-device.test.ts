import {
  explainMismatch,
  mayReceive,
  parseId,
  parseTopic,
  type TopicPrincipal,
} from '@edgeloop/protocol';
import t from 'tap';
import { Check } from 'typebox/value';
import {
  type DeviceFacts,
  describeDevice,
} from '../../../agent/src/home-assistant/describe-device.ts';
import { platformsOf, withRemoved } from '../../../agent/src/home-assistant/with-removed.ts';
import { DiscoveryPayload, UpdatePayload } from './documented-payload.ts';
import { jinjaMissing, render } from './render.ts';

const FACTS: DeviceFacts = {
  address: { site: parseId('site', 'hall'), device: parseId('device', 'pi-1') },
  version: '1.2.3',
  cameras: [
    { id: parseId('camera', 'cam0'), occurrences: true, image: true },
    { id: parseId('camera', 'cam-1'), occurrences: false, image: false },
  ],
  slots: [parseId('slot', 'main'), parseId('slot', 'second')],
  page: 'https://edgeloop.lan/devices/pi-1',
};
const DISCOVERY = describeDevice(FACTS);
/** Of any component, its options. */
const options = DISCOVERY.components as Readonly<Record<string, Record<string, unknown>>>;
const template = (key: string) => options[key]?.value_template as string;

t.test('the payload is one that Home Assistant documents', async (t) => {
  const sent = JSON.parse(JSON.stringify(DISCOVERY));
  t.same(Check(DiscoveryPayload, sent) || explainMismatch(DiscoveryPayload, sent), true);
  for (const change of [
    { device: { ...sent.device, identifiers: [] } },
    { origin: {} },
    { components: { a: { ...options.temperature, unit_of_measurement: '%' } } },
    { components: { a: { ...options.online, unique_id: undefined } } },
    { components: { a: { ...options.cam0_image, url_topic: 'a' } } },
    { components: { a: { ...options.main_model, command_topic: 'a' } } },
    { components: { a: { ...options.main_model, unknown: 1 } } },
  ]) {
    t.notOk(Check(DiscoveryPayload, { ...sent, ...change }), 'the schema refuses what is not');
  }
});

t.test('each camera, each slot and the device have their entities', async (t) => {
  t.same(Object.keys(DISCOVERY.components), [
    ...['online', 'temperature', 'cam0_label', 'cam0_score', 'cam0_fps', 'cam0_latency'],
    ...['cam0_occurrence', 'cam0_image'],
    ...['cam-1_label', 'cam-1_score', 'cam-1_fps', 'cam-1_latency'],
    ...['main_model', 'second_model', 'main_head', 'second_head'],
  ]);
  const ids = Object.values(options).map(({ unique_id }) => unique_id);
  t.equal(new Set(ids).size, ids.length);
  t.ok(ids.every((id) => String(id).startsWith('edgeloop_pi-1_')));
  t.equal(DISCOVERY.device.configuration_url, FACTS.page);
  t.notOk('configuration_url' in describeDevice({ ...FACTS, page: null }).device);
});

t.test('every topic is one of the device, and one that a subscriber may read', async (t) => {
  const subscriber: TopicPrincipal = {
    kind: 'subscriber',
    sites: [FACTS.address.site],
    devices: [],
  };
  const found = JSON.stringify(DISCOVERY).matchAll(/"([a-z_]*topic)":"([^"]+)"/g);
  const topics = Array.from(found, ([, key, topic]) => [key, topic as string] as const);
  t.ok(topics.length > 20, `${topics.length} topics`);
  for (const [key, topic] of topics) {
    t.match(parseTopic(topic), FACTS.address);
    t.ok(mayReceive(subscriber, topic), topic);
    t.not(key, 'command_topic', 'nothing can be told to it');
  }
});

t.test('only whether it is online outlives the device', async (t) => {
  const status = 'edgeloop/v1/hall/pi-1/status';
  for (const [key, { availability }] of Object.entries(options)) {
    const expected = [{ topic: status, value_template: '{{ value_json.state }}' }];
    t.same(availability, key === 'online' ? undefined : expected, key);
  }
});

t.test('what is gone is told so, as long as the broker keeps the payload', async (t) => {
  const [one] = FACTS.cameras;
  const fewer = describeDevice({ ...FACTS, cameras: [{ ...one!, image: false }] });
  const told = withRemoved(fewer, platformsOf(DISCOVERY));
  t.same(told.components.cam0_image, { platform: 'image' });
  t.same(told.components['cam-1_label'], { platform: 'sensor' });
  t.same(told.components.cam0_label, DISCOVERY.components.cam0_label);
  t.ok(Check(DiscoveryPayload, JSON.parse(JSON.stringify(told))));
  t.same(withRemoved(fewer, platformsOf(told)), told, 'again');
  t.same(withRemoved(DISCOVERY, platformsOf(told)), DISCOVERY, 'what is back is back');
});

const AT = '2026-11-24T00:00:00.000Z';
const state = (label: string | null, score: number, occurrence: string | null) => ({
  label,
  score,
  occurrence,
  since: AT,
  model: 'a'.repeat(64),
});
const health = (more: object) => ({
  lately: {
    cam0: { framesPerSecond: 9.75, inferenceMillis: 12.5 },
    'cam-1': { framesPerSecond: 0 },
  },
  ...more,
});
/** Of which component, what is said, what Home Assistant reads in it. `None`: unknown. */
const RENDERED: readonly (readonly [key: string, message: unknown, text: string])[] = [
  ['cam0_label', state('scratched', 0.9, 'x'), 'scratched'],
  ['cam0_label', state(null, 0, null), 'nothing'],
  ['cam0_score', state('scratched', 0.9167, 'x'), '91.7'],
  ['cam0_occurrence', state('scratched', 0.9, 'x'), 'ON'],
  ['cam0_occurrence', state('good', 0.9, null), 'OFF'],
  ['cam0_fps', health({}), '9.75'],
  ['cam0_latency', health({}), '12.5'],
  ['cam-1_fps', health({}), '0'],
  ['cam-1_latency', health({}), 'None'],
  ['temperature', health({ temperatureCelsius: 61.2 }), '61.2'],
  ['temperature', health({}), 'None'],
  ['online', { state: 'online' }, 'ON'],
  ['online', { state: 'offline' }, 'OFF'],
];
t.test('templates read the messages', { skip: jinjaMissing }, async (t) => {
  const texts = render(RENDERED.map(([key, message]) => [template(key), message]));
  for (const [i, [key, , text]] of RENDERED.entries()) t.equal(texts[i], text, key);
});

t.test('in safe mode, without cameras and models', { skip: jinjaMissing }, async (t) => {
  const [machine, reported] = [
    { cameras: {}, models: {} },
    { slots: {}, cameras: {} },
  ];
  const attributes = options.main_head?.json_attributes_template as string;
  const texts = render([
    ...['cam0_fps', 'cam0_latency'].map((key) => [template(key), machine] as const),
    ...['main_head', 'main_model'].map((key) => [template(key), reported] as const),
    [attributes, reported],
  ]);
  t.same(
    texts.slice(0, 4).map((text) => text.trim()),
    ['None', 'None', 'None', '{}'],
  );
  t.ok(Object.values(JSON.parse(texts[4] as string)).every((value) => value === null));
});

const [A, B] = ['a'.repeat(64), '1'.repeat(64)];
const update = (name: string, more: object = {}) => ({
  model: B,
  generation: 2,
  state: name,
  since: AT,
  attempts: 1,
  ...more,
});
const SHORT = { a: 'sha256:aaaaaaaaaaaa', b: 'sha256:111111111111' };
const progress = { receivedBytes: 3, totalBytes: 12 };
const reason = { code: 'REFUSED', message: 'x'.repeat(300) };
/**
 * What `reported` says of the slot; what the entity shows: installed, latest, in progress, percent.
 */
const UPDATES: readonly (readonly [object, readonly unknown[]])[] = [
  [{}, [SHORT.a, SHORT.a, false, null]],
  [{ update: update('waiting') }, [SHORT.a, SHORT.b, true, null]],
  [{ update: update('downloading', { progress }) }, [SHORT.a, SHORT.b, true, 25]],
  [
    { update: update('downloading', { progress: { receivedBytes: 0, totalBytes: 0 } }) },
    [SHORT.a, SHORT.b, true, null],
  ],
  [{ model: B, update: update('probation') }, [SHORT.b, SHORT.b, true, null]],
  [{ model: B, update: update('committed', { progress }) }, [SHORT.b, SHORT.b, false, null]],
  [{ update: update('refused', { reason }) }, [SHORT.a, SHORT.b, false, null]],
  [{ update: update('reverted', { reason }) }, [SHORT.a, SHORT.b, false, null]],
];
t.test('the model: what runs, and what is on its way', { skip: jinjaMissing }, async (t) => {
  const texts = render(
    UPDATES.map(([slot]) => [
      template('main_model'),
      { slots: { main: { model: A, name: 'parts', variant: 'int8', ...slot } } },
    ]),
  );
  for (const [i, [slot, expected]] of UPDATES.entries()) {
    const shown = JSON.parse(texts[i] as string);
    t.same(Check(UpdatePayload, shown) || explainMismatch(UpdatePayload, shown), true);
    const { installed_version, latest_version, in_progress, update_percentage } = shown;
    t.same([installed_version, latest_version, in_progress, update_percentage], expected);
    t.equal(shown.title, 'parts');
    t.equal(shown.release_summary.length, JSON.stringify(slot).includes('reason') ? 255 : 0);
  }
});

const HEAD = {
  digest: B,
  fittedAt: AT,
  labelled: 61,
  heldOut: { pictures: 15, right: 14, rightBefore: 9 },
};
const damaged = { code: 'HEAD_UNUSABLE', message: 'It is damaged.' };
/** What `reported` says of the slot; the state; of the attributes, those that are known. */
const HEADS: readonly (readonly [object, string, object])[] = [
  [{}, 'own', { model: A }],
  [
    { head: HEAD },
    `${SHORT.a}+111111111111`,
    { model: A, head: B, fitted_at: AT, labelled: 61, held_out: 15, right: 14, right_before: 9 },
  ],
  [{ headProblem: damaged }, 'own', { model: A, problem: 'It is damaged.' }],
];
t.test('a tuned head: model and head, and how it was tested', { skip: jinjaMissing }, async (t) => {
  const messages = HEADS.map(([slot]) => ({ slots: { main: { model: A, ...slot } } }));
  const texts = render(messages.map((message) => [template('main_head'), message]));
  const of = options.main_head?.json_attributes_template as string;
  const attributes = render(messages.map((message) => [of, message]));
  for (const [i, [, state, known]] of HEADS.entries()) {
    t.equal(texts[i], state);
    const all = Object.entries(JSON.parse(attributes[i] as string));
    t.same(Object.fromEntries(all.filter(([, value]) => value !== null)), known);
    t.equal(all.length, 8);
  }
});
