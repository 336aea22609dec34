import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { freePort } from '../../../start/src/free-port.ts';
import { AgentFolder, AgentProcess } from '../../stand/agent/agent-process.ts';
import { Mosquitto, mosquittoMissing, type ReceivedMessage } from '../../stand/broker/mosquitto.ts';
import { SampleServer } from '../../stand/servers/sample-server.ts';
import { until } from '../../stand/until.ts';

t.setTimeout(280_000);
const ROOT = 'edgeloop/v1/works/pi-1';
const ID = '44444444-4444-4444-8444-444444444444';

const of = (received: readonly ReceivedMessage[], topic: string) =>
  received.filter((r) => r.topic.startsWith(`${ROOT}/${topic}`)).map((r) => r.message);
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

/** An agent over the drawn conveyor, which its model can only be unsure of. */
async function setUp(t: Test, changes: Readonly<Record<string, unknown>> = {}) {
  const server = new SampleServer();
  await server.start();
  const broker = new Mosquitto();
  await broker.start();
  const received = await broker.listen();
  const folder = await AgentFolder.create();
  const port = await freePort();
  const config = await folder.configure(broker.url, {
    broker: { url: broker.url, username: 'pi-1', password: 'secret' },
    server: { url: server.url },
    pictures: 'off',
    sampling: { cooldown: '0ms', random: { oneIn: 1 }, store: { minFree: '0B' } },
    cameras: {
      cam0: {
        slot: 'main',
        source: { kind: 'synthetic', interval: '50ms' },
        decide: { mode: 'frame' },
      },
    },
    http: { port },
    health: { interval: '200ms' },
    ...changes,
  });
  const agents: AgentProcess[] = [];
  t.teardown(async () => {
    for (const agent of agents) await agent.kill('SIGKILL');
    await broker.close();
    await server.close();
    await folder.remove();
  });
  const run = () => {
    const agent = new AgentProcess(['run', '--config', config]);
    agents.push(agent);
    return agent;
  };
  const url = `http://127.0.0.1:${port}`;
  const healthz = async () => {
    const response = await fetch(`${url}/healthz`).catch(() => null);
    // biome-ignore lint/suspicious/noExplicitAny: a test looks into any message.
    return (await response?.json()) as any;
  };
  return { server, broker, received, folder, run, healthz, url };
}

t.test(
  'what is worth a label is kept, announced and uploaded',
  { skip: mosquittoMissing },
  async (t) => {
    const { server, received, folder, run, healthz, url } = await setUp(t);
    const agent = run();
    // Of the 30 of an hour, a fifth is drawn, and no more than three fifths are uncertain.
    await until(() => server.complete.length === 24);
    await until(async () => {
      const { waiting, overBudget } = (await healthz()).samples;
      return waiting === 0 && overBudget > 0;
    });
    const { samples } = await healthz();
    t.match(samples, {
      kept: { random: 6, requested: 0, uncertain: 18 },
      uploaded: 24,
      evicted: 0,
      waiting: 0,
    });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    t.match(metrics, /edgeloop_agent_samples_kept_total\{reason="random"\} 6/);
    t.match(metrics, /edgeloop_agent_samples_total\{outcome="uploaded"\} 24/);
    await until(() => of(received, 'samples').length === 24);
    const announced = of(received, 'samples');
    const records = server.complete;
    t.same(
      announced.map(({ sha256 }) => sha256).sort(),
      records.map(({ sha256 }) => sha256).sort(),
    );
    t.notOk(
      announced.some(({ embedding }) => embedding),
      'an embedding is too long for a message',
    );
    for (const { record, bytes } of server.uploads.values()) {
      t.equal(createHash('sha256').update(bytes).digest('hex'), record.sha256);
      t.match(record, { mediaType: 'image/jpeg', width: 320, height: 240, camera: 'cam0' });
      t.equal(record.unbiased, record.reasons[0] === 'random');
      t.equal(record.oneIn, record.unbiased ? 1 : undefined);
      t.ok(record.embedding);
    }
    t.equal(records.filter(({ unbiased }) => unbiased).length, 6);
    t.equal(new Set(records.map(({ burst }) => burst)).size, 1, 'close in time: one burst');
    t.same(await agent.kill('SIGTERM'), { code: 0, signal: null });
    t.same(await readdir(join(folder.path, 'state', 'samples')), [], 'nothing is left on the disk');
  },
);

t.test(
  'the agent is killed in the middle of an upload: it goes on from there',
  { skip: mosquittoMissing },
  async (t) => {
    const {
      server,
      folder: { path },
      run,
      healthz,
    } = await setUp(t, {
      sampling: {
        cooldown: '0ms',
        uncertain: 'off',
        changed: 'off',
        random: { oneIn: 1 },
        budgets: { perHour: 10 },
        store: { minFree: '0B' },
      },
    });
    server.cuts = [5_000];
    server.stalls = true;
    const agent = run();
    const patches = () => server.asked.filter(({ method }) => method === 'PATCH');
    await until(() => patches()[0]?.received === 5_000);
    await agent.kill('SIGKILL');
    run();
    await until(() => server.complete.length > 0);
    t.equal(patches()[1]?.path, patches()[0]?.path);
    t.equal(patches()[1]?.offset, 5_000, 'no byte twice');
    await until(async () => (await healthz())?.samples.waiting === 0);
    const folder = join(path, 'state', 'samples');
    await until(async () => (await readdir(folder)).length === 0);
  },
);

t.test(
  'what the control plane says holds, and is reported',
  { skip: mosquittoMissing },
  async (t) => {
    const { server, broker, received, run, healthz } = await setUp(t);
    const desired = (message: object) =>
      broker.publish(`${ROOT}/desired`, JSON.stringify(message), true);
    desired({
      version: 7,
      sampling: {
        budgets: { perHour: 1000, shares: { random: 0 } },
        random: null,
        uncertain: null,
        rare: null,
        changed: null,
      },
    });
    const agent = run();
    await until(() => of(received, 'reported').at(-1)?.desired === 7);
    // It is born before it can be asked.
    await until(async () => Boolean(await healthz()));
    const { samples: early } = await healthz();
    const command = { id: ID, expires: inAnHour() };
    broker.publish(`${ROOT}/cmd/snapshot`, JSON.stringify(command), false);
    await until(() => of(received, `ack/${ID}`).length === 1);
    const [ack] = of(received, `ack/${ID}`);
    t.match(ack, { id: ID, command: 'snapshot', outcome: 'done' });
    await until(() => server.complete.some(({ sha256 }) => sha256 === ack.samples[0]));
    t.match(server.uploads.get(ack.samples[0])?.record, {
      reasons: ['requested'],
      unbiased: false,
    });

    await agent.kill('SIGKILL');
    run();
    await until(async () => (await healthz())?.cameras.cam0.classified > 2);
    const { bootId } = of(received, 'reported')[0];
    await until(() => of(received, 'reported').at(-1).bootId !== bootId);
    t.equal(of(received, 'reported').at(-1).desired, 7);
    broker.publish(`${ROOT}/cmd/snapshot`, JSON.stringify(command), false);
    await until(() => of(received, `ack/${ID}`).length === 2);
    t.same(of(received, `ack/${ID}`)[1], ack, 'a second delivery gets the same answer');
    broker.publish(
      `${ROOT}/cmd/dance`,
      JSON.stringify({ ...command, id: ID.replace('4', '5') }),
      false,
    );
    await until(() => of(received, 'ack').length === 3);
    t.match(of(received, 'ack').at(-1), { command: 'dance', outcome: 'unknown' });
    const { samples } = await healthz();
    t.equal(samples.kept.requested, 0, 'and nothing more is done');
    t.equal(samples.kept.uncertain, 0);
    t.ok(early.kept.uncertain < 10);
  },
);

t.test(
  'a credential that is refused is a problem that is told, and stops no result',
  { skip: mosquittoMissing },
  async (t) => {
    const { server, received, run, healthz } = await setUp(t);
    server.credential = 'pi-1:another';
    run();
    const ofSamples = async (): Promise<string[]> =>
      (await healthz())?.problems.filter((problem: string) => problem.startsWith('samples'));
    await until(async () => (await ofSamples())?.length > 0);
    const { ok, samples } = await healthz();
    t.equal(ok, false);
    t.match(await ofSamples(), [/^samples: the credential was refused \(the server answered 401/]);
    await until(() => of(received, 'detections').length > 5);
    t.equal(server.asked.length, 1, 'it is not tried again at once');
    t.ok(samples.waiting > 0, 'samples are kept meanwhile');
  },
);
