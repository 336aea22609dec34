import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Check } from 'typebox/value';
import { AgentFolder, AgentProcess } from '../../stand/agent/agent-process.ts';
import { ForeignClient } from '../../stand/broker/foreign-client.ts';
import {
  type Credentials,
  Mosquitto,
  mosquittoMissing,
  type ReceivedMessage,
} from '../../stand/broker/mosquitto.ts';
import { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { until } from '../../stand/until.ts';
import { DiscoveryPayload } from './documented-payload.ts';

t.setTimeout(120_000);

/** What Home Assistant itself subscribes to. */
const ASKED = 'homeassistant/+/+/+/config';
const TOPIC = 'homeassistant/device/edgeloop_works/pi-1/config';
const OCCURRENCES = {
  cam0: {
    slot: 'main',
    source: { kind: 'directory', path: 'pictures', interval: '100ms', loop: true },
    decide: { mode: 'occurrence', background: ['green'], smoothing: '0ms', minFrames: 1 },
  },
};

async function folderOf(t: Test): Promise<AgentFolder> {
  const folder = await AgentFolder.create();
  await folder.addPictures(['green', 'red', 'blue']);
  t.teardown(() => folder.remove());
  return folder;
}

const run = (t: Test, config: string) => {
  const agent = new AgentProcess(['run', '--config', config]);
  t.teardown(() => agent.kill('SIGKILL'));
  return agent;
};

/** The bytes that a broker has kept of a topic, or says within a second; empty: none. */
function kept(broker: Mosquitto, topic: string): Buffer {
  const args = ['-p', String(broker.port), '-t', topic, '-C', '1', '-W', '1', '-F', '%x'];
  const { stdout } = spawnSync('mosquitto_sub', args, { encoding: 'utf8' });
  return Buffer.from(stdout.trim(), 'hex');
}

/** What docs/home-assistant.md says of a bridge, to this broker. */
function bridge(url: string, { username, password }: Credentials): string {
  const page = readFileSync(new URL('../../../docs/home-assistant.md', import.meta.url), 'utf8');
  const [, text = ''] = page.match(/```\n(connection edgeloop\n.*?)```/s) ?? [];
  return text
    .replace('192.0.2.10:1883', new URL(url).host)
    .replace('remote_username house', `remote_username ${username}`)
    .replace('els_…', password)
    .replaceAll('hall-1', 'works');
}

const told = (received: readonly ReceivedMessage[]) =>
  received.filter(({ topic }) => topic === TOPIC);

t.test(
  'Home Assistant is told what the device is, again and for as long as it is wanted',
  { skip: mosquittoMissing },
  async (t) => {
    const broker = new Mosquitto();
    await broker.start();
    t.teardown(() => broker.close());
    const houses = await broker.listen(null, ASKED);
    const health = await broker.listen(null, 'edgeloop/v1/works/pi-1/health');
    const folder = await folderOf(t);
    const switchedOn = {
      cameras: OCCURRENCES,
      image: { size: 64 },
      homeAssistant: {},
      health: { interval: '200ms' },
    };
    const first = run(t, await folder.configure(broker.url, switchedOn));
    await until(() => told(houses).length > 0);
    const { message: payload } = told(houses)[0] as ReceivedMessage;
    t.ok(Check(DiscoveryPayload, payload));
    t.equal(payload.device.name, 'pi-1');
    const image = payload.components.cam0_image.image_topic as string;
    const jpeg = kept(broker, image);
    t.same([...jpeg.subarray(0, 3)], [0xff, 0xd8, 0xff], 'a JPEG, retained');
    await until(() => health.length > 1);
    t.match(health.at(-1)?.message.lately.cam0, { framesPerSecond: Number });

    const before = told(houses).length;
    broker.publish('homeassistant/status', 'offline', false);
    broker.publish('homeassistant/status', 'online', false);
    await until(() => told(houses).length > before);
    t.same(told(houses).at(-1)?.message, payload, 'it has started: it is told again');
    const later = await broker.listen(null, ASKED);
    await until(() => later.length > 0);
    t.match(later[0], { topic: TOPIC, retained: true, message: payload });
    t.same(await first.kill('SIGTERM'), { code: 0, signal: null });

    const { image: _, ...noImage } = switchedOn;
    const second = run(t, await folder.configure(broker.url, noImage));
    await until(() => told(houses).at(-1)?.message.components?.cam0_image?.name === undefined);
    t.same(told(houses).at(-1)?.message.components.cam0_image, { platform: 'image' }, 'removed');
    await until(() => kept(broker, image).length === 0);
    await second.kill('SIGTERM');

    const elsewhere = await broker.listen(null, 'house/+/+/+/config');
    const other = { ...noImage, homeAssistant: { prefix: 'house' } };
    const third = run(t, await folder.configure(broker.url, other));
    await until(() => elsewhere.length > 0);
    t.equal(told(houses).at(-1)?.message, '', 'below the other prefix it is cleared');
    t.notOk(elsewhere[0]?.message.components.cam0_image, 'that house never knew it');
    await third.kill('SIGTERM');

    const { homeAssistant: __, ...off } = noImage;
    const state = 'edgeloop/v1/works/pi-1/state/cam0';
    t.ok(kept(broker, state).length > 0);
    const renamed = { ...off, cameras: { front: OCCURRENCES.cam0 } };
    run(t, await folder.configure(broker.url, renamed));
    await until(() => elsewhere.at(-1)?.message === '');
    t.equal(kept(broker, elsewhere[0]?.topic as string).length, 0, 'switched off: nothing is kept');
    await until(() => kept(broker, state).length === 0);
    t.ok(kept(broker, state.replace('cam0', 'front')).length > 0, 'nor of a camera that is gone');
  },
);

t.test(
  'under accounts, a house hears its own site and the device says no more than its own',
  { skip: mosquittoMissing },
  async (t) => {
    const data = mkdtempSync(join(tmpdir(), 'control-plane-'));
    const controlPlane = new ControlPlaneProcess(['--data', data]);
    const open = new ControlPlaneProcess(['--data', data, '--home-assistant', 'homeassistant']);
    t.teardown(async () => {
      await controlPlane.kill('SIGKILL');
      await open.kill('SIGKILL');
      rmSync(data, { recursive: true, force: true });
    });
    await controlPlane.start();
    const account = await controlPlane.enrol('pi-1');
    const [house, yard] = [
      await controlPlane.subscriber('house'),
      await controlPlane.subscriber('yard', 'yard'),
    ];
    open.mqttPort = controlPlane.mqttPort;
    open.token = controlPlane.token;
    const folder = await folderOf(t);
    const broker = { url: controlPlane.url, ...account };
    const agent = run(t, await folder.configure(controlPlane.url, { broker, homeAssistant: {} }));
    await until(() => agent.stdout.includes('--home-assistant'));
    t.notMatch(
      agent.stdout,
      /no connection to the broker/,
      'where it is not allowed it does not try',
    );
    // Nothing else would show that it is connected.
    const isOnline = async () => (await controlPlane.get('/api/devices/pi-1')).state === 'online';
    await until(isOnline);
    await controlPlane.kill('SIGTERM');

    await open.start();
    const own = new Mosquitto(`allow_anonymous true\n${bridge(open.url, house)}`);
    await own.start();
    t.teardown(() => own.close());
    const bridged = await own.listen(null, ASKED);
    await until(() => told(bridged).length > 0);
    t.ok(Check(DiscoveryPayload, told(bridged)[0]?.message), 'over the bridge as documented');
    const there = await own.listen(null, 'edgeloop/v1/works/pi-1/#');
    const isStatus = ({ topic }: ReceivedMessage) => topic.endsWith('/status');
    await until(() => there.some(isStatus));
    const before = [told(bridged).length, there.length] as const;
    own.publish('homeassistant/status', 'online', false);
    await until(() => told(bridged).length > before[0]);
    const again = () => there.slice(before[1]).filter(isStatus);
    await until(() => again().length > 0);
    t.match(again()[0], { retained: false, message: { state: 'online' } }, 'and all that it shows');
    const client = (as: typeof house) => new ForeignClient(open.mqttPort, as);
    await until(() => client(house).hear(ASKED)?.includes(TOPIC) === true);
    t.same(client(yard).hear('homeassistant/#'), [], 'a house of another site hears nothing of it');
    t.ok(
      client(house).publish('homeassistant/status', [], 'online'),
      'it says that it has started',
    );
    t.notOk(client(house).publish(TOPIC, ['-r'], '{}'), 'and nothing else');
    const device = client(account);
    const others = 'homeassistant/device/edgeloop_works/pi-2/config';
    t.notOk(device.publish(others, ['-r'], '{}'), 'a device does not speak for another');
    t.notOk(device.publish('homeassistant/sensor/pi-1/config', ['-r'], '{}'));
    const { retained } = await open
      .fetch('/api/devices/pi-1', { method: 'DELETE' })
      .then((answer) => answer.json() as Promise<{ retained: number }>);
    t.ok(retained >= 3, 'with the device goes what is kept of it');
    t.same(client(house).hear(ASKED), []);
  },
);
