import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { ForeignClient } from '../stand/broker/foreign-client.ts';
import { mosquittoMissing } from '../stand/broker/mosquitto.ts';
import { ControlPlaneProcess } from '../stand/control-plane/control-plane-process.ts';
import { Device } from '../stand/fleet/device.ts';
import { STREAM } from '../stand/fleet/messages.ts';
import { until } from '../stand/until.ts';

t.setTimeout(120_000);

const OWN = 'edgeloop/v1/works/mallory';
const OTHER = 'edgeloop/v1/works/pi-1';

t.test('what an enrolled device can not do to another', { skip: mosquittoMissing }, async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'control-plane-'));
  const controlPlane = new ControlPlaneProcess(['--data', data]);
  await controlPlane.start();
  const { password } = await controlPlane.enrol('pi-1');
  const victim = new Device(controlPlane.url, 'pi-1', STREAM, password);
  victim.start();
  t.teardown(async () => {
    await victim.close();
    await controlPlane.kill('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  });
  await victim.produce(3);
  const credentials = await controlPlane.enrol('mallory');
  const { mqttPort } = controlPlane;
  const mallory = new ForeignClient(mqttPort, credentials);
  const view = () => controlPlane.get('/api/devices/pi-1');

  t.ok(mallory.publish(`${OWN}/state/cam0`, ['-r']), 'its own it may publish, retained');
  t.same(mallory.hear(`${OWN}/status`), [], 'and hear');
  for (const [topic, more] of [
    [`${OTHER}/status`, []],
    [`${OTHER}/status`, ['-r']],
    [`${OTHER}/state/cam0`, ['-r', '-n']],
    [`${OTHER}/detections/cam0`, []],
    [`${OTHER}/delivered`, ['-r']],
    [`${OWN}/delivered`, ['-r']],
    [`${OWN}/health`, ['-r']],
    [`${OWN}/anything`, []],
    ['edgeloop/v1/yard/mallory/status', []],
    ['edgeloop/v2/works/mallory/status', []],
    ['elsewhere', []],
    ['$SYS/broker/uptime', []],
    [`$share/g/${OTHER}/status`, []],
  ] as const) {
    t.notOk(mallory.publish(topic, more), `publishes ${topic} ${more}`);
  }
  for (const [topic, retain] of [
    [`${OTHER}/status`, true],
    [`${OTHER}/status`, false],
    [`${OWN}/health`, true],
    [`${OWN}/desired`, true],
  ] as const) {
    t.notOk(mallory.will(topic, retain, `${OWN}/reported`), `leaves the will ${topic}`);
  }
  t.ok(mallory.will(`${OWN}/status`, true, `${OWN}/reported`), 'its own will it may leave');
  for (const filter of [
    '#',
    'edgeloop/#',
    'edgeloop/v1/works/#',
    'edgeloop/v1/+/mallory/#',
    'edgeloop/v1/works/+/delivered',
    `${OTHER}/#`,
    `${OTHER}/delivered`,
    `${OWN}/#`,
    `${OWN}/+`,
    '$SYS/#',
    '$share/g/edgeloop/v1/works/#',
    `$share/g/${OWN}/delivered`,
    '+/+/+/+/+',
  ]) {
    t.equal(mallory.hear(filter), null, `subscribes to ${filter}`);
  }

  const asVictim = new ForeignClient(mqttPort, credentials, 'pi-1');
  t.notOk(asVictim.publish(`${OWN}/status`), "under another's client id it is not let in");
  const guessing = new ForeignClient(mqttPort, {
    username: 'pi-1',
    password: credentials.password,
  });
  t.notOk(guessing.publish(`${OTHER}/status`), "nor under another's name");
  const nobody = new ForeignClient(mqttPort, { username: 'none', password: '' }, 'pi-1');
  t.notOk(nobody.publish(`${OTHER}/status`), 'nor under none');

  await victim.produce(3);
  t.match(await view(), { state: 'online', streams: [{ through: 6, stored: 6 }] }, 'unharmed');

  const reader = await controlPlane.subscriber('wall');
  const wall = new ForeignClient(mqttPort, reader);
  t.ok(
    wall.hear('edgeloop/v1/works/#')?.includes(`${OTHER}/status`),
    'a subscriber reads its site',
  );
  t.notOk(wall.publish(`${OTHER}/status`), 'and writes nothing');
  t.equal(wall.hear('edgeloop/v1/yard/#'), null);
  await controlPlane.fetch('/api/subscribers/wall', { method: 'DELETE' });
  t.equal(wall.hear('edgeloop/v1/works/#'), null, 'and nothing when it is revoked');
  await until(async () => (await view()).state === 'online');
});
