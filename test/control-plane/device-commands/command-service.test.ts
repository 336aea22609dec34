import { setTimeout as delay } from 'node:timers/promises';
import { epochMillis, millis, parseId, seconds } from '@edgeloop/protocol';
import pino from 'pino';
import t, { type Test } from 'tap';
import { CommandService } from '../../../control-plane/src/device-commands/command-service.ts';
import { CommandStore } from '../../../control-plane/src/device-commands/command-store.ts';
import { EventBus } from '../../../control-plane/src/events/event-bus.ts';
import { until } from '../../stand/until.ts';
import { DATABASES } from '../stand/databases.ts';

const DEVICE = parseId('device', 'pi-1');
const SITE = parseId('site', 'works');

for (const { name, open } of DATABASES) {
  const test = (what: string, work: (t: Test) => Promise<void>) => t.test(`${name}: ${what}`, work);

  async function setUp(t: Test) {
    const database = await open(t);
    const clock = { now: epochMillis(1_000_000) };
    const now = () => clock.now;
    const store = new CommandStore({ database, now });
    const events = new EventBus({ now });
    const told: string[] = [];
    events.subscribe(({ kind }) => told.push(kind));
    const said: string[] = [];
    const previews: unknown[] = [];
    const ended: string[] = [];
    let count = 0;
    const start = async () => {
      const service = new CommandService({
        store,
        events,
        now,
        every: millis(20),
        log: pino({ level: 'silent' }),
        siteOf: async (device) => (device === DEVICE ? SITE : null),
        onPreview: (...given) => void previews.push(given),
        onEnd: ({ state }) => void ended.push(state),
        newId: () => {
          count += 1;
          return parseId('commandId', `00000000-0000-4000-8000-${`${count}`.padStart(12, '0')}`);
        },
      });
      await service.start(async (_address, { id }) => void said.push(id.slice(-1)));
      t.teardown(() => service.close());
      return service;
    };
    const later = (time: number) => {
      clock.now = epochMillis(clock.now + time);
    };
    return { store, start, later, said, told, previews, ended };
  }

  test('it is said again until an answer comes, by a process that comes after, too', async (t) => {
    const { start, said, told, later } = await setUp(t);
    const service = await start();
    const { id } = await service.create(DEVICE, { command: 'restart' }, 'me');
    await until(() => said.length >= 2);
    await service.close();
    const before = said.length;
    const next = await start();
    await until(() => said.length > before);
    next.acknowledge({ site: SITE, device: DEVICE }, {
      id,
      command: 'restart',
      outcome: 'done',
      at: '2026-11-24T00:00:00.000Z',
    } as never);
    await until(() => told.length > 0);
    t.same(told, ['command.acknowledged']);
    const after = said.length;
    later(seconds(1000));
    await delay(60);
    t.equal(said.length, after, 'then no more');
    t.same(told, ['command.acknowledged'], 'nor does it expire');
  });

  test('without an answer it expires; one that comes late still counts', async (t) => {
    const { store, start, said, told, later, ended } = await setUp(t);
    const service = await start();
    const { id } = await service.create(DEVICE, { command: 'snapshot' }, 'me');
    later(seconds(61));
    await delay(60);
    const heard = said.length;
    await delay(60);
    t.equal(said.length, heard, 'what has expired is not said');
    t.same(told, [], 'an answer may be on its way');
    later(seconds(10));
    await until(() => told.length > 0);
    t.same(told, ['command.expired']);
    t.match(await store.view(DEVICE, id), { state: 'expired', ack: null });
    service.acknowledge({ site: SITE, device: DEVICE }, {
      id,
      command: 'snapshot',
      outcome: 'done',
      at: '2026-11-24T00:00:00.000Z',
    } as never);
    await until(() => told.length > 1);
    t.match(await store.view(DEVICE, id), { state: 'done' });
    t.same(ended, ['expired', 'done']);
  });

  test('a device that is back hears at once; one that nobody knows is not asked', async (t) => {
    const { start, said, previews } = await setUp(t);
    const service = await start();
    const camera = parseId('camera', 'cam0');
    await service.create(DEVICE, { command: 'preview', camera, seconds: 10 }, 'me');
    t.same(previews, [[DEVICE, camera, 70_000]]);
    await until(() => said.length > 0);
    const before = said.length;
    service.online(parseId('device', 'pi-2'));
    for (let times = 0; times < 1000; times++) service.online(DEVICE);
    await until(() => said.length > before);
    await delay(60);
    t.ok(said.length < before + 100, 'one that comes and goes is not told each time');
    const unknown = service.create(parseId('device', 'pi-2'), { command: 'restart' }, 'me');
    await t.rejects(unknown, { code: 'NOT_FOUND' });
    service.forget(DEVICE);
    await delay(40);
    const after = said.length;
    await delay(60);
    t.equal(said.length, after, 'one that has left is forgotten');
  });

  test('what a device makes up or says again is not written down; what was not, is', async (t) => {
    const { store, start, told } = await setUp(t);
    const service = await start();
    const settle = store.settle.bind(store);
    let tries = 0;
    store.settle = (...given) => {
      tries += 1;
      return tries === 1 ? Promise.reject(new Error('the disk is away')) : settle(...given);
    };
    const { id } = await service.create(DEVICE, { command: 'snapshot' }, 'me');
    const answer = (device: string, command: string) =>
      service.acknowledge({ site: SITE, device: parseId('device', device) }, {
        id,
        command,
        outcome: 'done',
        at: '2026-11-24T00:00:00.000Z',
      } as never);
    const flood = (device: string, command: string) => {
      for (let times = 0; times < 1000; times++) answer(device, command);
    };
    flood('pi-2', 'snapshot');
    flood(DEVICE, 'restart');
    flood(DEVICE, 'snapshot');
    await until(() => tries > 0);
    await delay(60);
    t.equal(tries, 1, 'a thousand at once are one');
    t.same(told, []);
    flood(DEVICE, 'snapshot');
    await until(() => told.length > 0);
    flood(DEVICE, 'snapshot');
    await service.close();
    t.equal(tries, 2, 'one that was lost is taken again; what is written down is over');
    t.match(await store.view(DEVICE, id), { state: 'done' });
    t.same(told, ['command.acknowledged']);
  });

  test('what was asked long ago goes', async (t) => {
    const { store, start, later } = await setUp(t);
    const service = await start();
    const { id } = await service.create(DEVICE, { command: 'restart' }, 'me');
    later(29 * 86_400_000);
    const now = () => epochMillis(1_000_000 + 29 * 86_400_000);
    t.equal(await store.retention.removeSome(now()), 0);
    t.equal(await store.retention.removeSome(epochMillis(now() + 2 * 86_400_000)), 1);
    await t.rejects(store.view(DEVICE, id), { code: 'NOT_FOUND' });
  });
}
