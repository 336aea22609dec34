import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { epochMillis, millis } from '@edgeloop/protocol';
import { Database } from '@edgeloop/sqlite';
import pino from 'pino';
import t from 'tap';
import { EventBus } from '../../../control-plane/src/events/event-bus.ts';
import { changes, SilenceWatch } from '../../../control-plane/src/events/silence-watch.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import { until } from '../../stand/until.ts';
import { row } from '../store/records.ts';

const of = (...ids: string[]) => new Map(ids.map((id) => [id, id]));

for (const [name, before, now, fell, gone] of [
  ['the first look is no news', null, of('a'), [], []],
  ['one falls silent', of(), of('a'), ['a'], []],
  ['and stays so: told once', of('a'), of('a'), [], []],
  ['one is silent no more', of('a', 'b'), of('b'), [], ['a']],
  ['both at once', of('a'), of('b'), ['b'], ['a']],
] as const) {
  t.test(name, async (t) => {
    t.same(changes(before, now), { fell, gone });
  });
}

t.test('a device falls silent, is back, falls silent and leaves', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  const store = new Store(folder);
  await store.start();
  let time = 1000;
  const now = () => epochMillis(time);
  const events = new EventBus({ now });
  const heard: string[] = [];
  events.subscribe(({ kind }) => heard.push(kind));
  const watch = new SilenceWatch({
    store,
    events,
    now,
    log: pino({ level: 'silent' }),
    after: millis(100),
    every: millis(10),
  });
  const say = (seq: number) => store.commit([{ ...row(seq), receivedAt: now() }]);
  await say(1);
  watch.start();
  t.teardown(async () => {
    await watch.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  time += 50;
  await say(2);
  time += 200;
  await until(() => heard.length === 1);
  await say(3);
  await until(() => heard.length === 2);
  time += 200;
  await until(() => heard.length === 3);
  const database = new Database(join(folder, 'control-plane.sqlite'));
  database.pragma('foreign_keys = OFF');
  database.exec('DELETE FROM devices');
  database.close();
  await until(async () => (await store.read('listSilent', now())).length === 0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.same(heard, ['device.silent', 'device.back', 'device.silent'], 'who leaves is not back');
});
