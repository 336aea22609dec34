import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { freePort } from '../../start/src/free-port.ts';
import { AgentFolder, AgentProcess } from '../stand/agent/agent-process.ts';
import { Mosquitto, mosquittoMissing, type ReceivedMessage } from '../stand/broker/mosquitto.ts';
import type { Colour } from '../stand/models/colour-package.ts';
import { until } from '../stand/until.ts';

t.setTimeout(280_000);
const ROOT = 'edgeloop/v1/works/pi-1';
const THIRTY = Array.from({ length: 30 }, (_, i) => (['red', 'green', 'blue'] as Colour[])[i % 3]!);

const rows = (received: readonly ReceivedMessage[]) =>
  received.filter(({ topic }) => topic.startsWith(`${ROOT}/detections/`)).map((r) => r.message);
const distinct = (received: readonly ReceivedMessage[]) => [
  ...new Map(rows(received).map((row) => [row.seq, row])).values(),
];
const statuses = (received: readonly ReceivedMessage[]) =>
  received.filter(({ topic }) => topic === `${ROOT}/status`).map((r) => r.message.state);
const numbers = (length: number) => Array.from({ length }, (_, i) => i + 1);

t.test('a foreign client sees what the topics promise', { skip: mosquittoMissing }, async (t) => {
  const broker = new Mosquitto();
  await broker.start();
  const received = await broker.listen();
  const folder = await AgentFolder.create();
  await folder.addPictures(['red', 'green', 'blue']);
  await folder.addFile('0001-torn.jpg', new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]));
  const port = await freePort();
  const http = { port };
  const config = await folder.configure(broker.url, { http, health: { interval: '200ms' } });
  const agent = new AgentProcess(['run', '--config', config]);
  t.teardown(async () => {
    await agent.kill('SIGKILL');
    await broker.close();
    await folder.remove();
  });
  await until(() => rows(received).length === 3);

  t.same(
    rows(received).map(({ seq, label, source, type }) => [seq, label, source, type]),
    [
      [1, 'red', '0000.jpg', 'frame'],
      [2, 'green', '0001.jpg', 'frame'],
      [3, 'blue', '0002.jpg', 'frame'],
    ],
    'a torn picture is passed over',
  );
  t.ok(rows(received).every(({ score }) => score > 0.98));
  const topics = () => new Set(received.map(({ topic }) => topic.slice(ROOT.length + 1)));
  await until(() => topics().has('state/cam0') && topics().has('health'));
  await until(() =>
    received.some((r) => r.topic.endsWith('/state/cam0') && r.message.label === 'blue'),
  );
  t.same(statuses(received), ['online']);
  const reported = received.find(({ topic }) => topic === `${ROOT}/reported`)?.message;
  t.match(reported, {
    slots: { main: { name: 'colours', variant: 'int8' } },
    cameras: { cam0: { source: 'directory', slot: 'main', mode: 'frame' } },
  });
  await until(() => received.filter(({ topic }) => topic === `${ROOT}/health`).length > 1);
  const health = received.filter(({ topic }) => topic === `${ROOT}/health`).at(-1)?.message;
  t.match(health.cameras.cam0, {
    captured: 4,
    unreadable: 1,
    classified: 3,
    failed: 0,
    skipped: 0,
  });

  const healthz = await fetch(`http://127.0.0.1:${port}/healthz`);
  t.equal(healthz.status, 200);
  t.match(await healthz.json(), { ok: true, finished: true, problems: [], broker: 'connected' });
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  t.match(metrics, /edgeloop_agent_frames_total\{camera="cam0",outcome="classified"\} 3/);
  t.match(metrics, /edgeloop_agent_inference_seconds_bucket\{le="\+Inf",model="[0-9a-f]{64}"\} 3/);

  t.same(await agent.kill('SIGTERM'), { code: 0, signal: null }, 'ends cleanly');
  await until(() => statuses(received).at(-1) === 'offline');
});

t.test(
  'a killed agent turns offline, and its successor goes on with the sequence',
  { skip: mosquittoMissing },
  async (t) => {
    const broker = new Mosquitto();
    await broker.start();
    const received = await broker.listen();
    const folder = await AgentFolder.create();
    await folder.addPictures(THIRTY);
    const config = await folder.configure(broker.url, {
      cameras: {
        cam0: {
          slot: 'main',
          source: { kind: 'directory', path: 'pictures', interval: '20ms', loop: true },
          decide: { mode: 'frame' },
        },
      },
    });
    const first = new AgentProcess(['run', '--config', config]);
    await until(() => rows(received).length > 20);
    await first.kill('SIGKILL');
    await until(() => statuses(received).at(-1) === 'offline');
    const sent = Math.max(...rows(received).map(({ seq }) => seq));
    const second = new AgentProcess(['run', '--config', config]);
    t.teardown(async () => {
      await second.kill('SIGKILL');
      await broker.close();
      await folder.remove();
    });
    await until(() => rows(received).some(({ seq }) => seq > sent + 20));
    const all = distinct(received).sort((a, b) => a.seq - b.seq);
    t.same(
      all.map(({ seq }) => seq),
      numbers(all.length),
      'without a gap',
    );
    t.equal(new Set(all.map(({ stream }) => stream)).size, 1);
    t.equal(new Set(all.map(({ bootId }) => bootId)).size, 2);
    const again = rows(received).filter(({ seq }) => seq === 1);
    t.same(
      again.map(({ replayed }) => replayed).slice(-1),
      [true],
      'nothing was stored: all is sent again',
    );
  },
);

t.test(
  'what was seen without a broker arrives in order, and leaves when it is stored',
  { skip: mosquittoMissing },
  async (t) => {
    const broker = new Mosquitto();
    broker.port = await freePort();
    const folder = await AgentFolder.create();
    await folder.addPictures(THIRTY);
    const port = await freePort();
    const config = await folder.configure(broker.url, { http: { port } });
    const agent = new AgentProcess(['run', '--config', config]);
    const health = async () => {
      const response = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
      // biome-ignore lint/suspicious/noExplicitAny: a test looks into any message.
      return (await response?.json()) as any;
    };
    t.teardown(async () => {
      await agent.kill('SIGKILL');
      await broker.close();
      await folder.remove();
    });
    await until(async () => (await health())?.outbox.rows === 30);
    t.match(
      await health(),
      { ok: true, broker: 'disconnected' },
      'a broker that is away stops nothing',
    );
    await broker.start();
    const received = await broker.listen();
    await until(() => distinct(received).length === 30);
    t.same(
      rows(received)
        .slice(0, 30)
        .map(({ seq }) => seq),
      numbers(30),
    );
    t.ok(rows(received).every(({ replayed }) => replayed));
    const { stream } = rows(received)[0];
    const delivered = (through: number) =>
      broker.publish(`${ROOT}/delivered`, JSON.stringify({ stream, through }), true);
    delivered(20);
    await until(async () => (await health()).outbox.rows === 10);
    await broker.kill();
    await broker.start();
    const later = await broker.listen();
    await until(() => distinct(later).length === 10);
    t.same(
      distinct(later).map(({ seq }) => seq),
      numbers(30).slice(20),
      'only what is not stored comes again',
    );
    delivered(0);
    const tombstones = () => later.filter(({ topic }) => topic === `${ROOT}/tombstones`);
    await until(() => tombstones().length > 0);
    t.same(
      tombstones()[0]?.message,
      { stream, from: 1, to: 20, reason: 'acknowledged' },
      'a store that lost what it had is told so',
    );
    delivered(30);
    await until(async () => (await health()).outbox.rows === 0);
  },
);

t.test('with puback the broker alone empties the outbox', { skip: mosquittoMissing }, async (t) => {
  const broker = new Mosquitto();
  await broker.start();
  const received = await broker.listen();
  const folder = await AgentFolder.create();
  await folder.addPictures(THIRTY);
  const port = await freePort();
  const config = await folder.configure(broker.url, {
    broker: { url: broker.url, delivery: 'puback' },
    http: { port },
  });
  const agent = new AgentProcess(['run', '--config', config]);
  t.teardown(async () => {
    await agent.kill('SIGKILL');
    await broker.close();
    await folder.remove();
  });
  await until(() => distinct(received).length === 30);
  await until(async () => {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`);
    // biome-ignore lint/suspicious/noExplicitAny: a test looks into any message.
    return ((await response.json()) as any).outbox.rows === 0;
  });
});

t.test(
  'an agent that sees its will while it lives says online again',
  { skip: mosquittoMissing },
  async (t) => {
    const broker = new Mosquitto();
    await broker.start();
    const received = await broker.listen();
    const folder = await AgentFolder.create();
    await folder.addPictures(['red']);
    const agent = new AgentProcess(['run', '--config', await folder.configure(broker.url)]);
    t.teardown(async () => {
      await agent.kill('SIGKILL');
      await broker.close();
      await folder.remove();
    });
    await until(() => statuses(received).length > 0);
    const [{ bootId }] = received
      .filter(({ topic }) => topic === `${ROOT}/status`)
      .map((r) => r.message);
    const will = { state: 'offline', bootId, agentVersion: '0' };
    broker.publish(`${ROOT}/status`, JSON.stringify(will), true);
    await until(() => statuses(received).length >= 3);
    t.same(statuses(received), ['online', 'offline', 'online']);
  },
);

t.test(
  'occurrences have a life that ends with the agent',
  { skip: mosquittoMissing },
  async (t) => {
    const broker = new Mosquitto();
    await broker.start();
    const received = await broker.listen();
    const folder = await AgentFolder.create();
    await folder.addPictures([
      'green',
      'red',
      'red',
      'red',
      'red',
      'green',
      'green',
      'blue',
      'blue',
    ]);
    const config = await folder.configure(broker.url, {
      cameras: {
        cam0: {
          slot: 'main',
          source: { kind: 'directory', path: 'pictures', pace: 'every' },
          decide: { mode: 'occurrence', background: ['green'], smoothing: '0ms', minFrames: 2 },
        },
      },
    });
    const agent = new AgentProcess(['run', '--config', config]);
    t.teardown(async () => {
      await agent.kill('SIGKILL');
      await broker.close();
      await folder.remove();
    });
    await until(() => rows(received).length === 4);
    await delay(50);
    t.same(
      rows(received).map(({ type, label, frames }) => [type, label, frames]),
      [
        ['new', 'red', 2],
        ['end', 'red', 5],
        ['new', 'blue', 2],
        ['end', 'blue', 2],
      ],
    );
    const [opened, ended] = rows(received);
    t.equal(opened.occurrence, ended.occurrence);
  },
);
