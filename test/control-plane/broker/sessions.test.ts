import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { millis } from '@edgeloop/protocol';
import { Database } from '@edgeloop/sqlite';
import { connectAsync } from 'mqtt';
import t, { type Test } from 'tap';
import { FileJournal } from '../../../control-plane/src/broker/persistence/journal.ts';
import { until } from '../../stand/until.ts';
import { enterSession } from './enter-session.ts';
import { startBroker } from './start-broker.ts';

function folderOf(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'broker-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function publish(port: number, ...topics: string[]): Promise<void> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  for (const topic of topics) await client.publishAsync(topic, 'x', { qos: 1 });
  await client.endAsync();
}

t.test('a session, what waits in it and a will survive a restart in order', async (t) => {
  const folder = folderOf(t);
  const problems: unknown[] = [];
  const journal = () => new FileJournal(folder, (problem) => problem && problems.push(problem));
  const first = await startBroker(t, { journal: journal() });
  const before = await enterSession(first.port);
  await before.client.subscribeAsync({ 'queue/#': { qos: 1 }, 'state/#': { qos: 0 } });
  await before.client.endAsync();
  await publish(first.port, 'queue/1', 'queue/2', 'state/1');
  const will = { topic: 'queue/will', payload: Buffer.from('gone'), qos: 1 } as const;
  await connectAsync(first.url, { clientId: 'mortal', will, reconnectPeriod: 0 });
  await first.broker.close();

  const second = await startBroker(t, { journal: journal() });
  t.same(second.broker.kept, { retained: 0, sessions: 1, waiting: 3 });
  const after = await enterSession(second.port);
  t.equal(after.sessionPresent, true);
  await until(() => after.heard.length === 3);
  await publish(second.port, 'state/2', 'queue/3');
  await until(() => after.heard.length === 5);
  t.same(
    after.heard.map(({ topic }) => topic),
    ['queue/1', 'queue/2', 'queue/will', 'state/2', 'queue/3'],
  );
  await after.client.endAsync();
  const unsubscribing = await enterSession(second.port);
  await unsubscribing.client.unsubscribeAsync('queue/#');
  await unsubscribing.client.endAsync();
  await publish(second.port, 'queue/4');
  t.equal(second.broker.kept.waiting, 0);
  t.same(problems, []);
});

t.test('a client without a session ends the one of its id', async (t) => {
  const { port, broker } = await startBroker(t);
  const before = await enterSession(port);
  await before.client.subscribeAsync('queue/#', { qos: 1 });
  await before.client.endAsync();
  await publish(port, 'queue/1');
  t.match(broker.kept, { sessions: 1, waiting: 1 });
  const clean = await enterSession(port, true);
  t.equal(clean.sessionPresent, false);
  t.match(broker.kept, { sessions: 0, waiting: 0 });
  await clean.client.endAsync();
});

t.test('a message that was not acknowledged comes again, as a duplicate', async (t) => {
  const { port } = await startBroker(t);
  const deaf = await enterSession(port);
  await deaf.client.subscribeAsync('queue/#', { qos: 1 });
  let sent = 0;
  deaf.client.handleMessage = () => {
    sent += 1; // Never acknowledged.
  };
  await publish(port, 'queue/1');
  await until(() => sent === 1);
  deaf.client.stream.destroy();
  const after = await enterSession(port);
  await until(() => after.heard.length === 1);
  t.same(after.heard, [{ topic: 'queue/1', retain: false, dup: true }]);
  await after.client.endAsync();
});

t.test('who was too long away finds the rest, and the broker counts what it dropped', async (t) => {
  const losses: string[] = [];
  const { port } = await startBroker(t, { onLoss: (loss) => losses.push(loss) });
  const before = await enterSession(port);
  await before.client.subscribeAsync('queue/#', { qos: 1 });
  await before.client.endAsync();
  await publish(port, ...Array.from({ length: 1005 }, (_, i) => `queue/${i}`));
  t.same(losses, new Array(5).fill('queue-full'));
  const after = await enterSession(port);
  await until(() => after.heard.length === 1000);
  t.equal(after.heard.at(-1)?.topic, 'queue/999');
  await after.client.endAsync();
});

t.test('after a crash, wills of those who do not come back are published', async (t) => {
  const folder = folderOf(t);
  const journal = new FileJournal(folder, () => {});
  const first = await startBroker(t, { journal });
  const enter = (url: string, name: string) => {
    const will = {
      topic: `gone/${name}`,
      payload: Buffer.from('x'),
      qos: 1,
      retain: true,
    } as const;
    return connectAsync(url, { clientId: name, will, reconnectPeriod: 0 });
  };
  await enter(first.url, 'lost');
  await enter(first.url, 'back');
  const file = new Database(join(folder, 'broker.sqlite'));
  const wills = file.prepare<[], number>('SELECT count(*) FROM wills').pluck();
  await until(() => wills.get() === 2);
  file.pragma('wal_checkpoint(TRUNCATE)');
  file.close();
  // What a crash leaves.
  const left = folderOf(t);
  cpSync(join(folder, 'broker.sqlite'), join(left, 'broker.sqlite'));

  const options = { journal: new FileJournal(left, () => {}), heartbeat: millis(100) };
  const second = await startBroker(t, options);
  const back = await enter(second.url, 'back');
  const heard: string[] = [];
  back.on('message', (topic) => heard.push(topic));
  await back.subscribeAsync('gone/#', { qos: 1 });
  await until(() => heard.length > 0);
  await publish(second.port, 'gone/after');
  await until(() => heard.includes('gone/after'));
  t.same(heard, ['gone/lost', 'gone/after']);
  await back.endAsync();
});

t.test('a file of a newer version is said so', async (t) => {
  const folder = folderOf(t);
  const journal = new FileJournal(folder, () => {});
  await journal.open();
  await journal.close();
  const database = new Database(join(folder, 'broker.sqlite'));
  database.pragma('user_version = 2');
  database.close();
  await t.rejects(new FileJournal(folder, () => {}).open(), {
    code: 'DATA_NEWER',
    message: /version 1 .*received version 2/,
  });
});
