import { setTimeout as delay } from 'node:timers/promises';
import { seconds } from '@edgeloop/protocol';
import { connect, connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import t, { type Test } from 'tap';
import type { Access, ConnectRequest } from '../../../../control-plane/src/broker/access/access.ts';
import { until } from '../../../stand/until.ts';
import { startBroker } from '../start-broker.ts';

interface Who {
  readonly name: string;
}

/** Names with the password `secret`; each may all below its own name, and hear `all/#`. */
const revoked = new Set<string>();
const OWN_TREE: Access<Who> = {
  dollarTopics: false,
  async connect({ username, password }: ConnectRequest) {
    const name = username ?? '';
    if (name === 'broken') throw new Error('the database is gone');
    if (name === 'slow') await delay(100);
    if (Buffer.from(password ?? []).toString() !== 'secret') return refuse('unknown');
    return revoked.has(name) ? refuse('forbidden') : { admitted: true, who: { name } };
  },
  mayPublish: ({ name }, topic, { retain }) =>
    topic.startsWith(`${name}/`) && !(retain && topic.endsWith('/fleeting')),
  maySubscribe: ({ name }, filter) => filter.startsWith(`${name}/`) || filter === 'all/#',
  mayReceive: ({ name }, topic) => topic.startsWith(`${name}/`) || topic === 'all/news',
};
const refuse = (reason: 'unknown' | 'forbidden') => ({ admitted: false, reason }) as const;

const credentials = (username: string): IClientOptions => ({
  username,
  password: 'secret',
  clientId: username,
  reconnectPeriod: 0,
});

async function start(t: Test) {
  const stand = await startBroker(t, { access: OWN_TREE as Access<{ name: string }> });
  const own = await connectAsync(stand.ownUrl, { clientId: 'control-plane', reconnectPeriod: 0 });
  const clients: MqttClient[] = [own];
  t.teardown(async () => {
    revoked.clear();
    await Promise.all(clients.map((client) => client.endAsync(true)));
  });
  const enter = async (username: string, options: IClientOptions = {}) => {
    const client = await connectAsync(stand.url, {
      ...credentials(username),
      ...options,
    });
    clients.push(client);
    return client;
  };
  return { ...stand, own, enter };
}

/** Topics that the client hears from now on. */
function hear(client: MqttClient): string[] {
  const heard: string[] = [];
  client.on('message', (topic) => heard.push(topic));
  return heard;
}
const ended = (client: MqttClient) =>
  new Promise<void>((resolve) => client.on('close', () => resolve()));

for (const [name, options, code, reason] of [
  ['a wrong password', { username: 'a', password: 'no' }, 4, 'unknown'],
  ['none at all', { username: undefined, password: undefined }, 4, 'unknown'],
  ['who was revoked', { username: 'revoked' }, 5, 'forbidden'],
  ['an access port that fails', { username: 'broken' }, 3, 'access-failed'],
  ['a will for another', { username: 'a', will: { topic: 'b/x', payload: '' } }, 5, 'will-denied'],
  ['a will for $SYS', { username: 'a', will: { topic: '$SYS/x', payload: '' } }, 5, 'will-denied'],
  [
    'a retained will where only one that is not may be',
    { username: 'a', will: { topic: 'a/fleeting', payload: '', retain: true } },
    5,
    'will-denied',
  ],
] as [string, IClientOptions, number, string][]) {
  t.test(`${name} is not let in: ${reason}`, async (t) => {
    const { enter, refused } = await start(t);
    revoked.add('revoked');
    await t.rejects(enter(options.username ?? '', options as IClientOptions), { code });
    t.same(refused, [reason]);
  });
}

t.test("what is another's can neither be read nor written", async (t) => {
  const { enter, own, refused } = await start(t);
  await own.publishAsync('b/secret', 'x', { retain: true, qos: 1 });
  await own.publishAsync('a/own', 'x', { retain: true, qos: 1 });
  await own.publishAsync('all/secret', 'x', { retain: true, qos: 1 });
  await own.publishAsync('all/news', 'x', { retain: true, qos: 1 });
  const a = await enter('a');
  const heard = hear(a);
  for (const filter of ['#', 'b/#', '+/secret', '$SYS/#', '$share/g/a/x', 'a/../b']) {
    const expected = filter === 'a/../b' ? 1 : 128;
    const [granted] = await a.subscribeAsync(filter, { qos: 1 }).catch(() => [{ qos: 128 }]);
    t.equal(granted?.qos, expected, filter);
  }
  await a.subscribeAsync(['a/#', 'all/#'], { qos: 1 });
  await own.publishAsync('all/secret', 'y', { qos: 1 });
  await own.publishAsync('a/live', 'y', { qos: 1 });
  await until(() => heard.includes('a/live'));
  t.same(new Set(heard), new Set(['a/own', 'all/news', 'a/live']));
  t.equal(refused.filter((reason) => reason === 'subscribe-denied').length, 5);
});

for (const [name, topic, retain] of [
  ['to another', 'b/x', false],
  ['to $SYS', '$SYS/broker/new/clients', false],
  ['to $ topics', '$a/x', false],
  ['retained where it may not', 'a/fleeting', true],
] as const) {
  t.test(`a publish ${name} ends the connection, and nobody hears it`, async (t) => {
    const { enter, own, refused, whom } = await start(t);
    const heard = hear(own);
    await own.subscribeAsync('#', { qos: 1 });
    const a = await enter('a');
    a.on('error', () => {});
    const end = ended(a);
    a.publish(topic, 'x', { qos: 1, retain });
    await end;
    t.same(refused, ['publish-denied']);
    t.same(whom, [{ address: '127.0.0.1', client: 'a', topic }], 'and the log can say whose');
    await own.publishAsync('after', '', { qos: 1 });
    await until(() => heard.includes('after'));
    t.same(heard, ['after']);
  });
}

t.test('a client id is taken over by the same name alone', async (t) => {
  const { enter, broker } = await start(t);
  const first = await enter('a', { clientId: 'x', clean: false });
  await first.subscribeAsync('a/#', { qos: 1 });
  const other = await enter('b', { clientId: 'x', clean: false });
  t.equal(first.connected, true, 'another name, another client');
  const end = ended(first);
  await enter('a', { clientId: 'x', clean: false });
  await end;
  t.equal(other.connected, true);
  await until(() => broker.clients === 3);
});

t.test("another name does not get a session's messages", async (t) => {
  const { enter, own, url } = await start(t);
  const a = await enter('a', { clientId: 'x', clean: false });
  await a.subscribeAsync('a/#', { qos: 1 });
  await a.endAsync();
  await own.publishAsync('a/for-a', '', { qos: 1 });
  const b = await enter('b', { clientId: 'x', clean: false });
  const heardByB = hear(b);
  await b.subscribeAsync('b/#', { qos: 1 });
  await own.publishAsync('b/for-b', '', { qos: 1 });
  await until(() => heardByB.includes('b/for-b'));
  const again = connect(url, { ...credentials('a'), clientId: 'x', clean: false });
  t.teardown(() => again.endAsync(true));
  const heard = hear(again);
  await until(() => heard.length > 0);
  t.same(heard, ['a/for-a']);
  t.same(heardByB, ['b/for-b']);
});

t.test('a name is cut within a second, with its sessions', async (t) => {
  const { enter, own, broker } = await start(t);
  const will = { topic: 'a/status', payload: Buffer.from('gone'), qos: 1, retain: true } as const;
  const heard = hear(own);
  await own.subscribeAsync('a/status', { qos: 1 });
  const a = await enter('a', { clean: false, will });
  await a.subscribeAsync('a/#', { qos: 1 });
  const bystander = await enter('ab');
  const end = ended(a);
  revoked.add('a');
  const begun = performance.now();
  await broker.disconnect('a');
  await end;
  t.ok(performance.now() - begun < 1000);
  t.equal(bystander.connected, true);
  t.equal(broker.kept.sessions, 0);
  await until(() => heard.length === 1);
  t.same(heard, ['a/status'], 'its will is published, as it was judged when it connected');
  await t.rejects(enter('a'), { code: 5 });
});

t.test('who was let in by a verdict from before is cut, too', async (t) => {
  const { enter, broker } = await start(t);
  const entering = enter('slow');
  await delay(50);
  await broker.disconnect('slow');
  await t.rejects(entering, { code: 5 });
});

t.test('the port that is its own takes nobody without the secret', async (t) => {
  const { ownUrl, refused } = await start(t);
  const url = new URL(ownUrl);
  for (const password of ['secret', '', url.password.slice(1), `${url.password}x`]) {
    const options = { username: url.username, password, reconnectPeriod: 0 };
    await t.rejects(connectAsync(`mqtt://${url.host}`, options), { code: 4 });
  }
  t.same(refused, ['unknown', 'unknown', 'unknown', 'unknown']);
});

t.test('its secret is nothing on the port that is everyone’s', async (t) => {
  const { ownUrl, port } = await start(t);
  const { username, password } = new URL(ownUrl);
  const options = { username, password, reconnectPeriod: 0 };
  await t.rejects(connectAsync(`mqtt://127.0.0.1:${port}`, options), { code: 4 });
});

const MANY = { burst: 1000, perSecond: 1 };
t.test('an address can connect so often and no more', async (t) => {
  const rates = { address: { burst: 2, perSecond: 0.01 }, client: MANY, failures: MANY };
  const { dial, refused } = await startBroker(t, { rates, connectTimeout: seconds(5) });
  const sockets = [await dial(), await dial(), await dial()];
  await new Promise((resolve) => sockets[2]?.resume().once('close', resolve));
  t.same(refused, ['too-many-attempts']);
  t.same(
    sockets.map(({ closed }) => closed),
    [false, false, true],
  );
  for (const socket of sockets) socket.destroy();
});

t.test('a client id can try so often and no more', async (t) => {
  const rates = { address: MANY, client: { burst: 2, perSecond: 0.01 }, failures: MANY };
  const { url, refused } = await startBroker(t, { rates });
  const enter = async (clientId: string) => {
    const client = await connectAsync(url, { clientId, reconnectPeriod: 0 });
    await client.endAsync();
  };
  await enter('one');
  await enter('one');
  await t.rejects(enter('one'), { code: 3 });
  await enter('two');
  t.same(refused, ['too-many-attempts']);
});

t.test('after too many failures of an address, no password is looked at', async (t) => {
  const { url, refused } = await startBroker(t, {
    access: OWN_TREE as Access<{ name: string }>,
    rates: { address: MANY, client: MANY, failures: { burst: 2, perSecond: 0.01 } },
  });
  const enter = (password: string) =>
    connectAsync(url, { username: 'a', password, reconnectPeriod: 0 });
  await t.rejects(enter('no'), { code: 4 });
  await t.rejects(enter('no'), { code: 4 });
  await t.rejects(enter('secret'), { code: 3 });
  t.same(refused, ['unknown', 'unknown', 'too-many-attempts']);
});

t.test('a client has a bound of subscriptions', async (t) => {
  const { enter } = await start(t);
  const a = await enter('a');
  const filters = Array.from({ length: 1001 }, (_, i) => `a/${i}`);
  for (let i = 0; i < 1000; i += 100) await a.subscribeAsync(filters.slice(i, i + 100));
  await t.rejects(a.subscribeAsync(filters.slice(1000)));
  await a.unsubscribeAsync(filters.slice(0, 1));
  await a.subscribeAsync(filters.slice(1000));
});
