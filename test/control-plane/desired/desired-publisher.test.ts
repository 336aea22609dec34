import { setTimeout as delay } from 'node:timers/promises';
import { type Desired, type DeviceId, epochMillis, type SiteId } from '@edgeloop/protocol';
import pino from 'pino';
import t, { type Test } from 'tap';
import type { Database } from '../../../control-plane/src/database/open-stores.ts';
import { DesiredPublisher } from '../../../control-plane/src/desired/desired-publisher.ts';
import type { DesiredSource } from '../../../control-plane/src/desired/desired-source.ts';
import { DesiredStore } from '../../../control-plane/src/desired/desired-store.ts';
import { DATABASES } from '../stand/databases.ts';
import { ofManyCommits } from '../stand/on-postgres.ts';

type Publication = readonly [device: string, site: string, desired: Desired];

async function addDevice(database: Database, device: string, site = 'hall') {
  await database
    .insertInto('devices')
    .values({
      device: device as DeviceId,
      site: site as SiteId,
      state_at: null,
      first_seen_at: 1,
      last_seen_at: null,
    })
    .onConflict((conflict) => conflict.column('device').doUpdateSet({ site: site as SiteId }))
    .execute();
}

/** A publisher that says `root`, which a test changes, to devices of a database. */
function openPublisher(
  t: Pick<Test, 'teardown'>,
  database: Database,
  around: Partial<Surroundings> = {},
) {
  const said = {
    root: 1 as number | null,
    told: [] as Publication[],
    unchanged: [] as unknown[],
    asked: [] as (readonly DeviceId[])[],
  };
  const source: DesiredSource = {
    parts: ['root'],
    async read(devices) {
      said.asked.push(devices);
      const { root } = said;
      return root === null ? null : new Map(devices.map((device) => [device, { root }]));
    },
  };
  const now = around.now ?? (() => epochMillis(1000));
  const store = new DesiredStore({ database, now });
  const publisher = new DesiredPublisher({
    store,
    now,
    log: pino({ level: 'silent' }),
    admits: around.admits ?? (() => true),
    checkpoint: () => {},
  });
  publisher.start({
    sources: [source],
    async publish({ device, site }, desired) {
      await around.publish?.(device);
      said.told.push([device, site, desired]);
    },
    onUnchanged: ({ device }, version) => said.unchanged.push([device, version]),
  });
  t.teardown(() => publisher.close());
  return { publisher, said, store };
}

interface Surroundings {
  readonly now: () => ReturnType<typeof epochMillis>;
  readonly admits: (address: { device: string }) => boolean;
  readonly publish: (device: string) => Promise<void>;
}

async function until(is: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !is(); ) {
    if (Date.now() > end) throw new Error('it does not come');
    await delay(5);
  }
}

/** So long that a message would have come. */
const quiet = () => delay(60);

for (const { name, open } of DATABASES) {
  t.test(`on ${name}: nobody is asked what to say where all have left`, async (t) => {
    const database = await open(t);
    await addDevice(database, 'a');
    const { publisher, said } = openPublisher(t, database);
    await until(() => said.told.length === 1);
    publisher.tell(['gone' as DeviceId]);
    await quiet();
    publisher.tell(['a' as DeviceId]);
    await until(() => said.unchanged.length === 1);
    t.same(said.asked, [['a'], ['a']]);
  });

  t.test(`on ${name}: told once, and again when it has changed, by a higher version`, async (t) => {
    const database = await open(t);
    await addDevice(database, 'a');
    const { publisher, said } = openPublisher(t, database);
    await until(() => said.told.length === 1);
    t.same(said.told.splice(0), [['a', 'hall', { version: 1000, root: 1 }]]);
    publisher.tell(['a' as DeviceId]);
    await quiet();
    t.same(said.told, [], 'nothing has changed');
    said.root = 2;
    publisher.tellAll();
    await until(() => said.told.length === 1);
    t.same(
      said.told.splice(0),
      [['a', 'hall', { version: 1001, root: 2 }]],
      'though the clock stands',
    );
    publisher.tellAgain('a' as DeviceId);
    await until(() => said.told.length === 1);
    t.same(
      said.told.splice(0),
      [['a', 'hall', { version: 1001, root: 2 }]],
      'the same, where it was lost',
    );
    said.root = null;
    publisher.tellAll();
    await quiet();
    t.same(said.told, [], 'what is not known stays');
  });

  t.test(`on ${name}: after a restart only what has changed is told`, async (t) => {
    const database = await open(t);
    for (const device of ['a', 'b']) await addDevice(database, device);
    const first = openPublisher(t, database);
    await until(() => first.said.told.length === 2);
    await first.publisher.close();
    const second = openPublisher(t, database);
    await until(() => second.said.unchanged.length === 2);
    await quiet();
    t.same(second.said.told, []);
    t.same(
      second.said.unchanged,
      [
        ['a', 1000],
        ['b', 1000],
      ],
      'whoever watches hears what they were told',
    );
    await second.publisher.close();
    await database
      .updateTable('desired')
      .set({ told_at: null })
      .where('device', '=', 'b' as DeviceId)
      .execute();
    const third = openPublisher(t, database);
    await until(() => third.said.told.length === 1);
    t.same(
      third.said.told,
      [['b', 'hall', { version: 1000, root: 1 }]],
      'killed before the broker had it',
    );
  });

  t.test(`on ${name}: a broker that is away is told when it is back`, async (t) => {
    const database = await open(t);
    for (const device of ['a', 'b']) await addDevice(database, device);
    let away = true;
    const publish = async (device: string) => {
      if (away && device === 'b') throw new Error('away');
    };
    const { said } = openPublisher(t, database, { publish });
    await quiet();
    t.notOk(said.told.some(([device]) => device === 'b'));
    away = false;
    await until(() => said.told.some(([device]) => device === 'b'));
  });

  t.test(
    `on ${name}: a device at another site is told there; one that is revoked, nothing`,
    async (t) => {
      const database = await open(t);
      for (const device of ['a', 'revoked']) await addDevice(database, device);
      const admits = ({ device }: { device: string }) => device !== 'revoked';
      const { publisher, said } = openPublisher(t, database, { admits });
      await until(() => said.told.length === 1);
      await addDevice(database, 'a', 'yard');
      publisher.tell(['a' as DeviceId]);
      await until(() => said.told.length === 2);
      t.same(
        said.told.map(([device, site, { version }]) => [device, site, version]),
        [
          ['a', 'hall', 1000],
          ['a', 'yard', 1001],
        ],
      );
    },
  );

  t.test(`on ${name}: of many each is told once`, ofManyCommits(), async (t) => {
    const database = await open(t);
    const names = Array.from({ length: 600 }, (_, i) => `d-${i}`);
    for (const device of names) await addDevice(database, device);
    const { publisher, said, store } = openPublisher(t, database);
    const marked = t.capture(store, 'markTold', store.markTold);
    publisher.tell(names as DeviceId[]);
    await until(() => said.told.length >= 600);
    await quiet();
    t.same(new Set(said.told.map(([device]) => device)).size, 600);
    t.equal(said.told.length, 600);
    t.ok(marked().length <= 4, 'which is written down for hundreds at once');
  });
}
