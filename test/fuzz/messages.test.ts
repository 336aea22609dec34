import {
  buildTopic,
  decodeMessage,
  type JsonTopicName,
  Manifest,
  mayPublish,
  mayReceive,
  maySubscribe,
  packageFiles,
  parseId,
  parseManifest,
  parseTopic,
  SignedRoot,
  TOPICS,
  type TopicPrincipal,
} from '@edgeloop/protocol';
import { acceptRoot, checkFirstRoot, parseRoot } from '@edgeloop/signing';
import fc from 'fast-check';
import t from 'tap';
import { dispatchMessage } from '../../agent/src/mqtt/inbox.ts';
import { PacketJudge } from '../../control-plane/src/broker/guard/packet-judge.ts';
import { PACKET_LIMITS } from '../../control-plane/src/broker/guard/packet-limits.ts';
import { parseRecord } from '../../control-plane/src/ingest/parse-record.ts';
import { takesItsTime } from './stand/budget.ts';
import { fuzzBytes } from './stand/fuzz-bytes.ts';
import { fuzzValues } from './stand/fuzz-values.ts';
import { demand, readsOrRefuses } from './stand/refusal.ts';
import { nearly } from './stand/schema-values.ts';

takesItsTime(t);

const site = parseId('site', 'works');
const device = parseId('device', 'pi-1');
const LEVELS = fc.oneof(
  fc.constantFrom('edgeloop', 'v1', 'v2', 'works', 'pi-1', '+', '#', '', '$SYS', '..', '__proto__'),
  fc.constantFrom(...Object.keys(TOPICS), 'cam0', 'constructor', 'homeassistant', '$share'),
  fc.string({ maxLength: 8, unit: 'binary' }),
);
const levels = (most: number) => fc.array(LEVELS, { maxLength: most }).map((all) => all.join('/'));
const LONG = fc.constantFrom('/'.repeat(60_000), `edgeloop/v1/${'a'.repeat(60_000)}/b/status`);
const TOPIC = fc.oneof(
  { arbitrary: levels(9), weight: 300 },
  { arbitrary: levels(4).map((rest) => `edgeloop/v1/works/pi-1/${rest}`), weight: 300 },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 40 }), weight: 100 },
  { arbitrary: LONG, weight: 1 },
);
const DEVICE: TopicPrincipal = { kind: 'device', site, device };
const SUBSCRIBER: TopicPrincipal = { kind: 'subscriber', sites: [site], devices: [] };

t.test('topics and filters', (t) =>
  fuzzValues(t, {
    name: 'topics',
    cases: 6000,
    values: TOPIC,
    async run(topic) {
      const says = mayPublish(DEVICE, topic, { retain: false }, 'homeassistant');
      demand(!says || topic.includes('pi-1'), 'a device speaks below its own names');
      const told = maySubscribe(DEVICE, topic, 'homeassistant');
      // What Home Assistant says when it starts: it listens as a subscriber, and devices wait for
      // it.
      const ofHomeAssistant = topic === 'homeassistant/status';
      demand(
        !told || ofHomeAssistant || topic.startsWith('edgeloop/v1/works/pi-1/'),
        'and hears its own',
      );
      const answers = mayPublish(SUBSCRIBER, topic, { retain: false }, 'homeassistant');
      demand(!answers || ofHomeAssistant, 'listeners listen');
      const listens = maySubscribe(SUBSCRIBER, topic);
      demand(!listens || topic.startsWith('edgeloop/v1/works/'), 'to their own site');
      for (const principal of [DEVICE, SUBSCRIBER]) mayReceive(principal, topic, 'homeassistant');
      await readsOrRefuses(() => {
        const { name, ...address } = parseTopic(topic);
        demand(buildTopic(name, address as never) === topic, 'read and built it is the same');
      });
    },
  }),
);

const JSON_TOPICS = Object.keys(TOPICS).filter((name) => name !== 'image') as JsonTopicName[];
const TOPIC_OF: Readonly<Record<string, string>> = Object.fromEntries(
  JSON_TOPICS.map((name) => [
    name,
    buildTopic(name, {
      site,
      device,
      camera: 'cam0',
      command: 'logs',
      commandId: '33333333-3333-4333-8333-333333333333',
    } as never),
  ]),
);
const DEAF = { delivered() {}, desired() {}, command() {}, status() {} };

/**
 * By whoever hears it: a message of a device reaches the store, one of the control plane a device.
 */
async function hearMessage(name: JsonTopicName, payload: Uint8Array): Promise<void> {
  await readsOrRefuses(() => {
    const message = decodeMessage(name, payload);
    // It goes to a worker, and into a database.
    demand(JSON.stringify(structuredClone(message)) === JSON.stringify(message), 'it is a value');
  });
  const topic = TOPIC_OF[name] as string;
  const parsed = parseRecord({ topic, payload, retained: false }, 0 as never);
  if ('invalid' in parsed) {
    await readsOrRefuses(() => {
      throw parsed.invalid;
    });
  }
  await readsOrRefuses(() => dispatchMessage(topic, payload, DEAF));
}

const MESSAGE = fc.oneof(
  ...JSON_TOPICS.map((name) => nearly(TOPICS[name].schema).map((value) => [name, value] as const)),
);

t.test('messages that nearly fit their schemas', (t) =>
  fuzzValues(t, {
    name: 'messages',
    cases: 1200,
    values: MESSAGE,
    run: ([name, value]) => hearMessage(name, Buffer.from(JSON.stringify(value))),
  }),
);

/** Of each schema a few that fit, or nearly. */
const samples = (values: fc.Arbitrary<unknown>, numRuns: number) =>
  fc.sample(values, { numRuns, seed: 7 }).map((value) => Buffer.from(JSON.stringify(value)));

t.test('messages with bytes changed', (t) =>
  fuzzBytes(t, {
    name: 'message bytes',
    cases: 7000,
    guide: /\/(protocol|ingest|mqtt)\//,
    corpus: JSON_TOPICS.flatMap((name) => samples(nearly(TOPICS[name].schema), 8)),
    once: [
      Buffer.from('['.repeat(120_000)),
      Buffer.from(`{"a":${'['.repeat(60_000)}${']'.repeat(60_000)}}`),
    ],
    run: (bytes) => hearMessage(JSON_TOPICS[bytes.length % JSON_TOPICS.length] ?? 'health', bytes),
  }),
);

async function readManifest(text: string): Promise<void> {
  await readsOrRefuses(() => {
    const manifest = parseManifest(text);
    const { classes, golden, variants } = manifest;
    for (const name of Object.keys(variants)) {
      const sound = golden.cases.every(
        ({ logits }) => Object.hasOwn(logits, name) && logits[name]?.length === classes.length,
      );
      demand(sound, `logits of ${name} for each golden case`);
    }
    for (const { path } of packageFiles(manifest)) {
      demand(!path.startsWith('/') && !path.split('/').includes('..'), `${path} stays within`);
    }
  });
}

t.test('manifests that nearly fit', (t) =>
  fuzzValues(t, {
    name: 'manifests',
    cases: 200,
    values: nearly(Manifest),
    run: (value) => readManifest(JSON.stringify(value)),
  }),
);

const MANIFEST = {
  format: 1,
  name: 'starter',
  classes: ['good', 'scratch'],
  crop: { resize: 73, crop: 64, kernel: 'linear' },
  variants: {
    int8: {
      file: { path: 'model.int8.onnx', bytes: 3, sha256: 'cd'.repeat(32) },
      tensor: { type: 'uint8', layout: 'NHWC', padding: 3, padValue: [124, 116, 104] },
    },
  },
  golden: {
    cases: [
      {
        image: { path: 'golden/0.jpg', bytes: 3, sha256: 'cd'.repeat(32) },
        cropped: { path: 'golden/0.bin', bytes: 3, sha256: 'cd'.repeat(32) },
        logits: { int8: [1, -1] },
      },
    ],
    tolerance: { croppedMean: 1, score: 0.05 },
  },
  lineage: { dataset: 'ef'.repeat(32), recipe: { seed: 1 }, code: { trainer: '0.1.0' } },
};

t.test('manifests with bytes changed', (t) =>
  fuzzBytes(t, {
    name: 'manifest bytes',
    cases: 3500,
    guide: /\/protocol\//,
    corpus: [
      Buffer.from(JSON.stringify(MANIFEST)),
      // What every object has: such a variant once passed without logits.
      Buffer.from(JSON.stringify(MANIFEST).replace('"int8":{', '"__defineGetter__":{')),
    ],
    run: (bytes) => readManifest(bytes.toString()),
  }),
);

t.test('roots of trust that nearly fit', (t) =>
  fuzzValues(t, {
    name: 'roots',
    cases: 150,
    values: nearly(SignedRoot),
    run: (value) =>
      readsOrRefuses(() => {
        const root = parseRoot(JSON.stringify(value), 'a page');
        checkFirstRoot(root);
        acceptRoot(root.signed, [root], 0);
        demand(false, 'a root that nobody signed is believed');
      }),
  }),
);

const text = (value: string) => [0, value.length, ...Buffer.from(value)];
const CONVERSATION = [
  [0x10, 16, ...text('MQTT'), 4, 2, 0, 0, ...text('fuzz')],
  [0x30, 8, ...text('a/b'), 1, 2, 3],
  [0x33, 9, ...text('a/b'), 0, 1, 7, 7],
  [0x82, 8, 0, 3, ...text('a/#'), 1],
  [0xa2, 7, 0, 5, ...text('a/#')],
  ...[0x40, 0x50, 0x62, 0x70].map((first) => [first, 2, 0, 1]),
  [0xc0, 0, 0xe0, 0],
].map((bytes) => Buffer.from(bytes));

function verdict(bytes: Buffer, size: number) {
  const judge = new PacketJudge(PACKET_LIMITS);
  for (let at = 0; at < bytes.length; at += size) {
    const refusal = judge.judge(bytes.subarray(at, at + size));
    if (refusal) return refusal;
  }
  return null;
}

t.test('packets, wherever they are cut', (t) =>
  fuzzBytes(t, {
    name: 'packets',
    cases: 6000,
    guide: /\/broker\/guard\//,
    corpus: [
      Buffer.concat(CONVERSATION),
      ...CONVERSATION.map((one) => Buffer.concat([CONVERSATION[0] as Buffer, one])),
    ],
    run(bytes) {
      const whole = verdict(bytes, bytes.length);
      demand(verdict(bytes, 1 + (bytes.length % 7)) === whole, 'the verdict is the same');
    },
  }),
);
