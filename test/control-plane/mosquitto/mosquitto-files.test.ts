import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseId } from '@edgeloop/protocol';
import t from 'tap';
import type { Account } from '../../../control-plane/src/accounts/account.ts';
import { mosquittoHash } from '../../../control-plane/src/accounts/new-password.ts';
import { aclFile } from '../../../control-plane/src/mosquitto/acl-file.ts';
import { writeMosquittoFiles } from '../../../control-plane/src/mosquitto/write-mosquitto-files.ts';
import { freePort } from '../../../start/src/free-port.ts';
import { ForeignClient } from '../../stand/broker/foreign-client.ts';
import { Mosquitto, mosquittoMissing } from '../../stand/broker/mosquitto.ts';
import { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { Device } from '../../stand/fleet/device.ts';
import { DeviceKey } from '../../stand/fleet/device-key.ts';
import { STREAM } from '../../stand/fleet/messages.ts';
import { lostByPowerCut, noPowerCut } from '../../stand/machine/lost-by-power-cut.ts';
import { PROGRAMS } from '../../stand/programs.ts';
import { until } from '../../stand/until.ts';

t.setTimeout(120_000);

t.test('a hash as mosquitto_passwd makes it', { skip: mosquittoMissing }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'passwd-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'passwords');
  spawnSync('mosquitto_passwd', ['-b', '-c', file, 'pi-1', 'secret']);
  const [, hash = ''] = (await readFile(file, 'utf8')).trim().split(':');
  const salt = Buffer.from(hash.split('$')[3] ?? '', 'base64');
  t.equal(mosquittoHash('secret', salt), hash);
});

t.test('the files stay when the power goes then', { skip: noPowerCut }, async (t) => {
  const above = t.testdir({});
  const folder = join(above, 'new');
  const write = () =>
    writeMosquittoFiles({ folder, accounts: [], owner: null, homeAssistant: null });
  t.same(await lostByPowerCut(above, write), []);
});

t.test('who may speak to Home Assistant, and who hears it', async (t) => {
  const common = { secretHash: '', mosquittoHash: '', revoked: false };
  const site = parseId('site', 'works');
  const accounts: Account[] = [
    { ...common, name: 'pi-1', kind: 'device', site, device: parseId('device', 'pi-1') },
    { ...common, name: 'house', kind: 'subscriber', sites: [site], devices: [] },
    {
      ...common,
      name: 'wall',
      kind: 'subscriber',
      sites: [],
      devices: [parseId('device', 'pi-1')],
    },
  ];
  const lines = (prefix: string | null) =>
    aclFile(accounts, 'edgeloop', prefix)
      .split('\n')
      .filter((line) => line.startsWith('user') || /homeassistant/.test(line));
  t.same(lines('homeassistant'), [
    'user edgeloop',
    'topic readwrite homeassistant/device/#',
    'user pi-1',
    'topic read homeassistant/status',
    'topic write homeassistant/device/edgeloop_works/pi-1/config',
    'user house',
    'topic readwrite homeassistant/status',
    'topic read homeassistant/device/edgeloop_works/+/config',
    'user wall',
    'topic readwrite homeassistant/status',
    'topic read homeassistant/device/+/pi-1/config',
  ]);
  t.same(lines(null), ['user edgeloop', 'user pi-1', 'user house', 'user wall'], 'off');
});

t.test(
  'two bridged Mosquittos under the files that they are given',
  { skip: mosquittoMissing },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'mosquitto-files-'));
    const [data, out] = [join(folder, 'data'), join(folder, 'out')];
    const ports = { near: await freePort(), far: await freePort() };
    const owner = 'edgeloop:of-the-owner';
    const settings = (ownPort: number) =>
      `use_username_as_clientid true\nlistener ${ownPort} 127.0.0.1\nuser root\ninclude_dir ${out}`;
    // The one of the control plane; that of the devices, which keeps up the bridge.
    const far = new Mosquitto(settings(ports.far));
    const broker = new Mosquitto(`${settings(ports.near)}\n${bridge(ports.far, owner)}`);
    far.port = await freePort();
    broker.port = await freePort();
    const own = (port: number) => `mqtt://${owner}@127.0.0.1:${port}`;
    const ownUrl = `${own(ports.far)},${own(ports.near)}`;
    const deviceUrl = `${broker.url},${far.url}`;
    const store = new ControlPlaneProcess([
      ...['--data', data, '--broker', own(ports.far), '--broker', own(ports.near)],
      ...['--device-broker', deviceUrl],
    ]);
    const write = () => {
      const args = [
        ...['mosquitto-files', '--data', data, '--out', out, '--broker', ownUrl],
        ...['--home-assistant', 'homeassistant'],
      ];
      return spawnSync(process.execPath, [PROGRAMS.controlPlane, ...args], { encoding: 'utf8' });
    };
    t.match(write(), { status: 65, stderr: /Expected the data folder of a control plane/ });
    await store.start();
    const key = new DeviceKey('pi-1');
    const enrolled = await store.post('/api/enrol', key.enrolment(await store.enrolmentToken()));
    t.equal(enrolled.mqtt.url, deviceUrl, 'devices are told all of the cluster');
    const { password } = enrolled.credential;
    const mallory = new ForeignClient(0, await store.enrol('mallory'));
    const reader = await store.subscriber();
    t.match(write(), { status: 0, stdout: /^3 accounts in/ });
    await far.start();
    await broker.start();
    t.teardown(async () => {
      await store.kill('SIGKILL');
      await broker.close();
      await far.close();
      rmSync(folder, { recursive: true, force: true });
    });
    await until(async () => (await store.get('/healthz')).ok);
    const device = new Device(deviceUrl, 'pi-1', STREAM, password);
    device.start();
    t.teardown(() => device.close());
    await device.produce(20);
    t.equal(
      (await store.detections()).length,
      20,
      'a device says its own, and hears that it is stored',
    );

    const mine = 'edgeloop/v1/works/mallory';
    const other = 'edgeloop/v1/works/pi-1';
    const heard = await broker.listen({ username: 'edgeloop', password: 'of-the-owner' });
    const enemy = mallory.at(broker.port);
    const toHomeAssistant = (device: string) =>
      `homeassistant/device/edgeloop_works/${device}/config`;
    for (const topic of [
      ...[
        toHomeAssistant('pi-1'),
        'homeassistant/device/mallory/config',
        toHomeAssistant('mallory'),
      ],
      ...[`${other}/status`, `${other}/state/cam0`, `${other}/delivered`, `${mine}/delivered`],
      ...[`${mine}/anything`, 'edgeloop/v1/yard/mallory/status', 'elsewhere', `${mine}/state/a/b`],
    ]) {
      // MQTT 3.1.1 has no refusal of a publish: Mosquitto says that it took it, and drops it.
      enemy.publish(topic, ['-r'], '{"by":"mallory"}');
    }
    enemy.will(`${other}/status`, true, `${mine}/reported`);
    t.ok(enemy.publish(`${mine}/state/cam0`, [], '{"by":"mallory"}'));
    await until(() => heard.some(({ topic }) => topic === `${mine}/state/cam0`));
    const by = heard.filter(({ message }) => message?.by === 'mallory').map(({ topic }) => topic);
    t.same(by, [toHomeAssistant('mallory'), `${mine}/state/cam0`], 'no more than its own');
    for (const filter of ['#', `${other}/#`, '+/+/+/+/+', '$share/g/edgeloop/v1/works/#']) {
      t.same(enemy.hear(filter)?.filter((topic) => topic.startsWith(other)) ?? [], [], filter);
    }
    const taken = new ForeignClient(broker.port, enemy.credentials, 'pi-1');
    taken.publish(`${mine}/state/cam0`);
    await device.produce(5);
    t.match(await store.get('/api/devices/pi-1'), { state: 'online' }, 'nobody took it over');

    await t.test('one of them dies, and the other', async (t) => {
      const hearsDesired = async (of: Mosquitto) => {
        const told = await of.listen(reader, `${other}/desired`);
        await until(() => told.length > 0);
        t.match(told, [{ retained: true }]);
      };
      await hearsDesired(broker);
      await far.kill();
      await device.produce(20);
      t.equal((await store.detections()).length, 45, 'it goes to the one that is left');
      await far.start();
      // The bridge brings what the other has kept.
      await until(() => bridged());
      await broker.kill();
      await device.produce(20);
      await hearsDesired(far);
      await broker.start();
      await device.produce(5);
      const stored = (await store.detections()).map(({ seq }) => seq);
      t.same(
        stored,
        Array.from({ length: 70 }, (_, i) => i + 1),
        'all of it, once, in order',
      );

      function bridged(): boolean {
        const args = ['-p', String(far.port), '-u', reader.username, '-P', reader.password];
        const topic = ['-t', `${other}/desired`, '-C', '1', '-W', '1'];
        return spawnSync('mosquitto_sub', [...args, ...topic]).status === 0;
      }
    });

    await store.post('/api/devices/mallory/revoke');
    t.match(write(), { status: 0, stdout: /^2 accounts in/ });
    broker.reload();
    await until(() => !enemy.publish(`${mine}/state/cam0`));
    t.notOk(enemy.publish(`${mine}/state/cam0`), 'let in no more');
  },
);

/** docs/examples/mosquitto-bridge.conf, to another port and as who is let in there. */
function bridge(port: number, owner: string): string {
  const [user, password] = owner.split(':') as [string, string];
  const example = new URL('../../../docs/examples/mosquitto-bridge.conf', import.meta.url);
  return readFileSync(example, 'utf8')
    .replace('127.0.0.1:1884', `127.0.0.1:${port}`)
    .replace('remote_username edgeloop', `remote_username ${user}`)
    .replace('remote_password secret', `remote_password ${password}`);
}
