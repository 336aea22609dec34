import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePicture } from '@edgeloop/imaging';
import { connectAsync } from 'mqtt';
import t, { type Test } from 'tap';
import { AgentFolder, AgentProcess } from '../../stand/agent/agent-process.ts';
import { Mosquitto, mosquittoMissing } from '../../stand/broker/mosquitto.ts';
import { SampleServer } from '../../stand/servers/sample-server.ts';
import { until } from '../../stand/until.ts';

t.setTimeout(280_000);
const ROOT = 'edgeloop/v1/works/pi-1';
const PASSWORD = 'correct horse battery';
const IDS = ['44444444-4444-4444-8444-444444444444', '55555555-5555-4555-8555-555555555555'];

interface DeviceMessage {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any message.
  readonly message: any;
}

/** An agent that is told to send pictures by every way there is, and is asked for some. */
async function run(t: Test, privacy: object) {
  const server = new SampleServer();
  server.intercept = (request, response) => {
    if (request.method !== 'PUT') return false;
    request.resume().once('end', () => response.writeHead(204).end());
    return true;
  };
  await server.start();
  const broker = new Mosquitto();
  await broker.start();
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
  const received: DeviceMessage[] = [];
  client.on('message', (topic, payload) => {
    const name = topic.slice(ROOT.length + 1);
    // biome-ignore lint/suspicious/noExplicitAny: a test looks into any message.
    const message: any = name.startsWith('image/') ? payload : JSON.parse(payload.toString());
    received.push({ name, message });
  });
  await client.subscribeAsync(`${ROOT}/#`, { qos: 1 });
  const folder = await AgentFolder.create();
  const config = await folder.configure(broker.url, {
    broker: { url: broker.url, username: 'pi-1', password: 'secret' },
    server: { url: server.url },
    pictures: { every: '1s' },
    image: {},
    sampling: { cooldown: '0ms', random: { oneIn: 1 }, store: { minFree: '0B' } },
    cameras: {
      cam0: {
        slot: 'main',
        source: { kind: 'synthetic', interval: '50ms' },
        decide: { mode: 'occurrence', enter: 0.1, exit: 0, minFrames: 1 },
        look: {
          region: { x: 0, y: 0, width: 1, height: 0.5 },
          masks: [{ x: 0, y: 0, width: 0.5, height: 1 }],
        },
      },
    },
    health: { interval: '200ms' },
    // The local page, for others.
    http: { host: '0.0.0.0', port: 0 },
    page: { password: PASSWORD },
    privacy,
  });
  const agent = new AgentProcess(['run', '--config', config]);
  t.teardown(async () => {
    await agent.kill('SIGKILL');
    await client.endAsync(true);
    await broker.close();
    await server.close();
    await folder.remove();
  });
  const on = (name: string) => received.filter((heard) => heard.name.startsWith(name));
  await until(() => on('health').some(({ message }) => message.cameras.cam0.classified > 5));
  const expires = new Date(Date.now() + 60_000).toISOString();
  const ask = (name: string, command: object) =>
    client.publishAsync(`${ROOT}/cmd/${name}`, JSON.stringify(command), { qos: 1 });
  await ask('snapshot', { id: IDS[0], expires });
  await ask('preview', { id: IDS[1], expires, camera: 'cam0', seconds: 1 });
  await until(() => on('ack/').length === 2);
  const acks = on('ack/').map(({ message }) => message);
  const page = () => {
    const port = /"url":"http:\/\/0\.0\.0\.0:(\d+)"/.exec(agent.stdout)?.[1];
    const authorization = `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}`;
    const url = `http://127.0.0.1:${port}/page/cameras/cam0/picture`;
    return fetch(url, { headers: { authorization } });
  };
  return { server, folder, on, acks, page };
}

t.test(
  'pictures leave, masked, and what is kept is what was looked at',
  { skip: mosquittoMissing },
  async (t) => {
    const { server, on, page } = await run(t, {});
    const asked = (method: string, path: RegExp) =>
      server.asked.some((one) => one.method === method && path.test(one.path));
    await until(
      () =>
        asked('PUT', /cameras\/cam0\/picture/) &&
        asked('PUT', /occurrences\/.*\/picture/) &&
        on('image/').length > 0 &&
        on('samples').length > 0 &&
        server.complete.length > 0,
    );
    const [reported] = on('reported').map(({ message }) => message);
    t.match(reported.cameras.cam0.look, { masks: { length: 1 }, ownMasks: 1 });
    t.equal(reported.pictures, undefined);
    const sample = [...server.uploads.values()].find(({ complete }) => complete);
    t.match(sample?.record, { width: 320, height: 120 });
    t.match(await page(), { status: 200 });
    const { data, width } = await decodePicture(sample!.bytes);
    const at = (x: number, y: number) =>
      Math.max(...data.subarray(3 * (y * width + x)).subarray(0, 3));
    for (const y of [0, 60, 119]) {
      t.ok(at(20, y) < 8 && at(150, y) < 8, 'black under the mask');
      t.ok(at(170, y) > 20, 'and as it is beside it');
    }
  },
);

t.test('where pictures stay none leaves, by any way', { skip: mosquittoMissing }, async (t) => {
  const { server, folder, on, acks, page } = await run(t, { pictures: 'stay' });
  t.equal(acks.length, 2);
  for (const ack of acks)
    t.match(ack, { outcome: 'refused', reason: /no picture leaves this device/ });
  const seen = on('detections/').length;
  await until(() => on('health').at(-1)?.message.cameras.cam0.classified > 40);
  t.ok(seen > 0, 'what it sees is told all the same');
  t.same(server.asked, []);
  t.same(on('image/'), []);
  const refused = await page();
  t.equal(refused.status, 403);
  t.match(await refused.text(), /No picture leaves this device/);
  t.same(on('samples'), []);
  t.notOk((await readdir(join(folder.path, 'state'))).includes('samples'), 'nor is one kept');
  t.match(on('reported')[0]?.message, { pictures: 'stay' });
  t.notOk('pictures' in on('health').at(-1)!.message);
});
