import { type DeviceId, parseId, type SiteId } from '@edgeloop/protocol';
import t from 'tap';
import { hashSecret } from '../../../control-plane/src/access/secret.ts';
import type { Account } from '../../../control-plane/src/accounts/account.ts';
import { Admissions } from '../../../control-plane/src/accounts/admissions.ts';
import { brokerAccess, type Client } from '../../../control-plane/src/accounts/broker-access.ts';
import type { ConnectRequest } from '../../../control-plane/src/broker/access/access.ts';

const common = (name: string, revoked = false) => ({
  name,
  secretHash: hashSecret(`of ${name}`),
  mosquittoHash: '',
  revoked,
});
const device = (name: string, revoked = false): Account => ({
  ...common(name, revoked),
  kind: 'device',
  device: name as DeviceId,
  site: 'hall' as SiteId,
});
const wall: Account = {
  ...common('wall'),
  kind: 'subscriber',
  sites: [parseId('site', 'hall')],
  devices: [],
};

async function access(allowAnonymous = false, homeAssistant: string | null = null) {
  const known = new Map([device('pi-1'), device('gone', true), wall].map((it) => [it.name, it]));
  const read = async (name?: string) =>
    [...known.values()].filter((account) => name === undefined || account.name === name);
  const admissions = new Admissions({ accounts: { read }, allowAnonymous, homeAssistant });
  await admissions.start();
  return { ...brokerAccess(admissions), admissions, known };
}

const request = (changes: Partial<ConnectRequest> & { secret?: string }): ConnectRequest => {
  const { secret, ...more } = changes;
  const password = secret === undefined ? null : Buffer.from(secret);
  return { clientId: 'pi-1', username: 'pi-1', certificate: null, password, ...more };
};

for (const [what, changes, outcome] of [
  ['a device with its password', { secret: 'of pi-1' }, 'pi-1'],
  ['another password', { secret: 'of wall' }, 'unknown'],
  ['no password', {}, 'unknown'],
  ['an empty one', { secret: '' }, 'unknown'],
  ["under another's client id", { secret: 'of pi-1', clientId: 'pi-2' }, 'forbidden'],
  ['under an empty client id', { secret: 'of pi-1', clientId: '' }, 'forbidden'],
  ['a name that is none', { username: 'none', secret: 'x', clientId: 'none' }, 'unknown'],
  ['a revoked one', { username: 'gone', secret: 'of gone', clientId: 'gone' }, 'unknown'],
  ['a subscriber', { username: 'wall', secret: 'of wall', clientId: 'any' }, 'wall'],
  ["a subscriber under a device's client id", { username: 'wall', secret: 'of wall' }, 'wall'],
  ['a certificate', { username: null, certificate: 'pi-1' }, 'pi-1'],
  ['a certificate and the name', { certificate: 'pi-1' }, 'pi-1'],
  ['a certificate of another', { secret: 'of pi-1', certificate: 'pi-2' }, 'forbidden'],
  ['a certificate and a wrong password', { secret: 'no', certificate: 'pi-1' }, 'unknown'],
  ['a certificate of a revoked one', { username: null, certificate: 'gone' }, 'unknown'],
  ['a certificate of nobody', { username: null, certificate: 'none' }, 'unknown'],
  ['nobody', { username: null }, 'unknown'],
  ['nobody with a password', { username: null, secret: 'of pi-1' }, 'unknown'],
] as const) {
  t.test(`${what}: ${outcome}`, async (t) => {
    const verdict = await (await access()).connect(request(changes));
    t.equal(verdict.admitted ? verdict.who.name : verdict.reason, outcome);
  });
}

t.test('what a connection may follows its account as it is now', async (t) => {
  const { connect, mayPublish, mayReceive, maySubscribe, admissions, known } = await access();
  const verdict = await connect(request({ secret: 'of pi-1' }));
  const who = (verdict as { who: Client }).who;
  const own = (site: string) =>
    mayPublish(who, `edgeloop/v1/${site}/pi-1/status`, { retain: true });
  const told = (site: string) => `edgeloop/v1/${site}/pi-1/delivered`;
  t.same([own('hall'), own('yard')], [true, false]);
  known.set('pi-1', { ...device('pi-1'), site: 'yard' } as Account);
  await admissions.refresh('pi-1');
  t.same([own('hall'), own('yard')], [false, true], 'moved');
  t.same([maySubscribe(who, told('yard')), mayReceive(who, told('hall'))], [true, false]);
  known.delete('pi-1');
  await admissions.refresh('pi-1');
  t.same(
    [own('yard'), maySubscribe(who, told('yard')), mayReceive(who, told('yard'))],
    [...[false, false, false]],
  );
});

t.test('who has no name, where that is allowed, is no device that has one', async (t) => {
  const { connect, mayPublish, maySubscribe, admissions } = await access(true);
  const verdict = await connect(request({ username: null, clientId: 'other' }));
  const who = (verdict as { who: Client }).who;
  t.equal(who.account, null);
  const status = (name: string) => `edgeloop/v1/hall/${name}/status`;
  t.ok(mayPublish(who, status('other'), { retain: true }));
  t.notOk(mayPublish(who, status('pi-1'), { retain: true }));
  t.notOk(mayPublish(who, status('gone'), { retain: true }), 'nor one that was revoked');
  t.ok(maySubscribe(who, '#'));
  t.match(await connect(request({ username: null })), { admitted: false }, 'nor its client id');
  t.match(await connect(request({ secret: 'wrong' })), { admitted: false }, 'a name is checked');
  const site = parseId('site', 'hall');
  t.ok(admissions.admits({ site, device: 'other' as DeviceId }));
  t.notOk(admissions.admits({ site, device: 'gone' as DeviceId }));
});

t.test('devices speak to Home Assistant where the control plane lets them', async (t) => {
  const topic = 'homeassistant/device/edgeloop_hall/pi-1/config';
  for (const homeAssistant of ['homeassistant', null]) {
    const { connect, mayPublish, mayReceive, maySubscribe } = await access(false, homeAssistant);
    const who = async (changes: Parameters<typeof request>[0]) =>
      ((await connect(request(changes))) as { who: Client }).who;
    const pi = await who({ secret: 'of pi-1' });
    const reader = await who({ username: 'wall', secret: 'of wall', clientId: 'any' });
    t.equal(mayPublish(pi, topic, { retain: true }), homeAssistant !== null);
    t.equal(maySubscribe(pi, 'homeassistant/status'), homeAssistant !== null);
    t.equal(maySubscribe(reader, 'homeassistant/#'), homeAssistant !== null);
    t.equal(mayReceive(reader, topic), homeAssistant !== null);
  }
});
