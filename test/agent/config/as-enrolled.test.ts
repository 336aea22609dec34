import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseId } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { asEnrolled } from '../../../agent/src/config/as-enrolled.ts';
import { loadConfig } from '../../../agent/src/config/load-config.ts';
import { writeCredential } from '../../../agent/src/enrol/credential-file.ts';
import { deviceName } from '../../../agent/src/enrol/device-name.ts';
import { newDeviceOf } from '../../../agent/src/enrol/device-of.ts';
import { keepAuthority } from '../../../agent/src/enrol/keep-authority.ts';
import { salvage } from '../../../agent/src/safe-mode/salvage.ts';
import { lostByPowerCut, noPowerCut } from '../../stand/machine/lost-by-power-cut.ts';

const device = parseId('device', 'pi-7');
const site = parseId('site', 'works');
const server = 'https://edge.lan:8080';
const mqtt = { url: 'mqtts://edge.lan:8883' };
const enrolment = { device, site, server, mqtt, ca: null };
const rest = {
  state: 'state',
  slots: { main: { package: 'model' } },
  cameras: { cam0: { slot: 'main', source: { kind: 'synthetic' } } },
};

/** A folder with an agent.yaml and a state. */
function folderWith(t: Test, file: object): { yaml: string; state: string; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'enrolled-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const yaml = join(folder, 'agent.yaml');
  writeFileSync(yaml, JSON.stringify(file));
  const state = join(folder, 'state');
  mkdirSync(state);
  return { folder, yaml, state };
}

t.test('what a file leaves out is as the device enrolled', async (t) => {
  const broker = { url: mqtt.url };
  const all = { site, device, broker, server: { url: server } };
  for (const [what, file, expected] of [
    ['all of it', {}, all],
    ['a name of its own wins', { device: 'press' }, { ...all, device: 'press' }],
    [
      'what is said of the broker stays',
      { broker: { keepalive: '9s' } },
      { ...all, broker: { ...broker, keepalive: '9s' } },
    ],
    [
      'a server of its own wins',
      { server: { url: 'https://s' } },
      { ...all, server: { url: 'https://s' } },
    ],
    [
      'a file that names its broker is whole',
      { broker: { url: 'mqtt://b' } },
      { broker: { url: 'mqtt://b' } },
    ],
    ['what is no mapping is left to its mistake', { broker: 7 }, { broker: 7 }],
  ] as const) {
    t.same(asEnrolled(file, enrolment), expected, what);
  }
  t.equal(asEnrolled('text', enrolment), 'text');
});

t.test('who signed the certificates counts where there are any', async (t) => {
  const ca = '/state/authority.pem';
  t.match(asEnrolled({}, { ...enrolment, ca }), { broker: { ca }, server: { ca } });
  const plain = { ...enrolment, ca, mqtt: { url: 'mqtt://edge.lan' } };
  t.same(asEnrolled({}, plain), { site, device, broker: plain.mqtt, server: { url: server, ca } });
  const own = asEnrolled({ server: { ca: 'own.pem' } }, { ...enrolment, ca });
  t.match(own, { broker: { ca }, server: { ca: 'own.pem', url: server } });
});

t.test('agent.yaml without a broker is read with what enrolment left in its state', async (t) => {
  const { yaml, state, folder } = folderWith(t, rest);
  await t.rejects(loadConfig(yaml), {
    code: 'CONFIG_INVALID',
    message: /broker.*\n.*come with edgeloop-agent enrol URL TOKEN/s,
  });
  const credential = { username: device, password: 'secret' };
  await writeCredential(state, { device, site, credential, generation: 1, mqtt, server });
  writeFileSync(join(folder, 'ca.pem'), 'authority');
  await keepAuthority(state, join(folder, 'ca.pem'));
  const ca = join(state, 'authority.pem');
  t.match(await loadConfig(yaml), {
    device,
    site,
    broker: { url: mqtt.url, tls: { ca } },
    server: { url: server, ca },
  });
  const forget = () => keepAuthority(state, null);
  if (noPowerCut) await forget();
  else t.same(await lostByPowerCut(state, forget), [], 'also when the power goes then');
  t.match(await loadConfig(yaml), { server: { url: server, ca: null } });
  const wrong = JSON.stringify({ ...rest, cameras: 7 });
  const reached = { device, broker: { url: mqtt.url }, server: { url: server } };
  t.match(salvage(wrong, yaml), reached, 'and so is a wrong one, by what it says all the same');
  writeFileSync(join(state, 'credential.json'), 'damaged');
  t.equal(salvage(wrong, yaml), null);
  await t.rejects(loadConfig(yaml), { code: 'STATE_UNUSABLE' });
});

t.test('who enrols with a file that does not say it', async (t) => {
  const { yaml, state } = folderWith(t, rest);
  const options = { config: yaml, server, device: 'line-1' };
  const asked = await newDeviceOf(options);
  t.same(asked, {
    device: 'line-1',
    site: null,
    state,
    ca: null,
    trustRoot: null,
    server: { url: server, ca: null },
  });
  t.match(await newDeviceOf({ config: yaml, device: 'line-1' }), { server: null });
  const credential = { username: device, password: 'secret' };
  await writeCredential(state, { device, site, credential, generation: 1, mqtt, server });
  const again = await newDeviceOf({ config: yaml, server });
  t.match(again, { device, site: null }, 'again as before, and at the site of its token');
});

t.test('a file that says who the device is takes no other name', async (t) => {
  const { yaml } = folderWith(t, { ...rest, device, site, broker: { url: 'mqtt://b' } });
  t.match(await newDeviceOf({ config: yaml, server }), { device, site, server: { url: server } });
  await t.rejects(newDeviceOf({ config: yaml, server, device: 'line-1' }), {
    code: 'CONFIG_INVALID',
    message: /line-1 and pi-7/,
  });
});

t.test('a device is called as its host', async (t) => {
  for (const [host, name] of [
    ['line-1', 'line-1'],
    ['Line_1.local', 'line-1'],
    ['--Pi--4--', 'pi-4'],
    ['…', ''],
  ] as const) {
    t.equal(deviceName(host), name, host);
  }
});
