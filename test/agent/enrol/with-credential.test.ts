import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceCredential } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { parseConfig } from '../../../agent/src/config/load-config.ts';
import { writeCredential } from '../../../agent/src/enrol/credential-file.ts';
import { DeviceKey } from '../../../agent/src/enrol/device-key.ts';
import { withCredential } from '../../../agent/src/enrol/with-credential.ts';

const CREDENTIAL: DeviceCredential = {
  device: 'pi-1',
  site: 'works',
  generation: 1,
  credential: { username: 'pi-1', password: 'a-password' },
  mqtt: { url: 'mqtt://127.0.0.1:1883' },
  server: 'http://127.0.0.1:8080',
} as DeviceCredential;

function configured(t: Test, more = '', site = 'works') {
  const state = mkdtempSync(join(tmpdir(), 'credential-'));
  t.teardown(() => rmSync(state, { recursive: true, force: true }));
  const text = `
site: ${site}
device: pi-1
state: ${state}
broker: { url: 'mqtt://127.0.0.1'${more} }
slots: { main: { package: p } }
cameras: { cam0: { slot: main, source: { kind: synthetic } } }
`;
  return { state, config: parseConfig(text, 'agent.yaml') };
}

t.test('an agent that runs already hears of an enrolment at its next connection', async (t) => {
  const { state, config } = configured(t);
  const { broker } = withCredential(config);
  t.equal(broker.credential?.(), null);
  await writeCredential(state, CREDENTIAL);
  t.same(broker.credential?.(), CREDENTIAL.credential);
});

t.test('who can not read a credential is not told to get another', async (t) => {
  const { state, config } = configured(t);
  mkdirSync(join(state, 'credential.json'));
  mkdirSync(join(state, 'device-key.pem'));
  const unread = { code: 'STATE_UNUSABLE', message: /EISDIR.*leave it there/ };
  t.throws(() => withCredential(config), unread);
  await t.rejects(DeviceKey.load(state), unread);
});

t.test('what agent.yaml says wins', async (t) => {
  const { state, config } = configured(t, ', username: a, password: b');
  await writeCredential(state, CREDENTIAL);
  t.equal(withCredential(config).broker.credential, undefined);
});

t.test('a credential of another site is none of this device, now or later', async (t) => {
  const { state, config } = configured(t, '', 'yard');
  const { broker } = withCredential(config);
  await writeCredential(state, CREDENTIAL);
  t.throws(() => broker.credential?.(), { code: 'CONFIG_INVALID', message: /as enrolled \(works/ });
  t.throws(() => withCredential(config), { code: 'CONFIG_INVALID' });
});
