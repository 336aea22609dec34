import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { Database } from '@edgeloop/sqlite';
import { connectAsync } from 'mqtt';
import pino from 'pino';
import t, { type Test } from 'tap';
import { ANYONE } from '../../../../control-plane/src/broker/access/access.ts';
import { createBroker } from '../../../../control-plane/src/broker/create-broker.ts';
import { FileJournal } from '../../../../control-plane/src/broker/persistence/journal.ts';
import { until } from '../../../stand/until.ts';
import { LOOPBACK } from '../start-broker.ts';

const threads: Worker[] = [];
process.on('worker', (thread: Worker) => threads.push(thread));

/** A broker as it runs in earnest, a client of it, and its file as another program sees it. */
async function start(t: Test) {
  const data = mkdtempSync(join(tmpdir(), 'journal-'));
  const told: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => void told.push(line) });
  const { broker, problem } = createBroker({
    listeners: LOOPBACK,
    data,
    access: ANYONE,
    log,
    onRefused: () => {},
    onLoss: () => {},
  });
  await broker.start();
  const { mqtt } = await broker.open();
  const client = await connectAsync(`mqtt://127.0.0.1:${mqtt}`);
  const file = new Database(join(data, 'broker.sqlite'));
  t.teardown(async () => {
    file.close();
    await client.endAsync();
    await broker.close();
    rmSync(data, { recursive: true, force: true });
  });
  const say = (topic: string) => client.publishAsync(topic, 'kept', { retain: true, qos: 1 });
  const kept = () => file.prepare('SELECT topic FROM retained ORDER BY topic').pluck().all();
  return { file, problem, told, say, kept };
}

t.test('a commit that fails is told until one went through, and is not lost', async (t) => {
  const { file, problem, say, kept } = await start(t);
  await say('before');
  await until(() => kept().length === 1);
  t.equal(problem(), null);
  // As a full disk does it: every write of a retained message fails.
  file.exec(`CREATE TRIGGER full BEFORE INSERT ON retained
    BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`);
  await say('during');
  await until(() => problem() !== null);
  t.match(problem(), /retained messages are not written: .*database or disk is full/);
  t.same(kept(), ['before']);
  file.exec('DROP TRIGGER full');
  await until(() => problem() === null);
  t.same(kept(), ['before', 'during']);
});

t.test('a thread that died is told and replaced, though nobody says a word', async (t) => {
  const { problem, told, say, kept } = await start(t);
  await say('before');
  await until(() => kept().length === 1);
  // Nothing waits to be written.
  await delay(50);
  await threads.at(-1)?.terminate();
  await until(() => told.length === 2);
  t.match(told, [/The thread died/, /"problem":null/]);
  await until(() => problem() === null);
  await say('after');
  await until(() => kept().length === 2);
  t.same(kept(), ['after', 'before']);
});

t.test('a damaged file is moved aside, and another begins', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const moved: string[] = [];
  const open = async () => {
    const journal = new FileJournal(
      folder,
      () => {},
      (to) => moved.push(to),
    );
    return { journal, kept: await journal.open() };
  };
  const first = await open();
  for (let i = 0; i < 100; i++) {
    const value = { topic: `t/${i}`, qos: 1, payload: Buffer.alloc(500) };
    first.journal.note({ table: 'retained', topic: value.topic, value });
  }
  await first.journal.close();
  const path = join(folder, 'broker.sqlite');
  const bytes = readFileSync(path);
  bytes.fill(0xff, 4096 * 4, 4096 * 5);
  writeFileSync(path, bytes);
  const second = await open();
  t.same(second.kept.retained, []);
  t.same(moved, [join(folder, 'broker.damaged.sqlite')]);
  t.ok(existsSync(join(folder, 'broker.damaged.sqlite')), 'for whoever wants to look at it');
  const value = { topic: 't', qos: 1, payload: Buffer.from('again') };
  second.journal.note({ table: 'retained', topic: 't', value });
  await second.journal.close();
  const third = await open();
  t.match(third.kept.retained, [{ topic: 't' }]);
  await third.journal.close();
});
