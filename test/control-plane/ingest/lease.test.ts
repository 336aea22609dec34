import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { epochMillis, millis, parseId } from '@edgeloop/protocol';
import t from 'tap';
import { AccountStore } from '../../../control-plane/src/accounts/account-store.ts';
import { noteAccountChange } from '../../../control-plane/src/accounts/roster-changes.ts';
import { ControlPlaneError } from '../../../control-plane/src/errors.ts';
import {
  BEGINNING,
  readDeviceChanges,
} from '../../../control-plane/src/follow/read-device-changes.ts';
import { FencedStore } from '../../../control-plane/src/ingest/lease/fenced-store.ts';
import { HeldLease } from '../../../control-plane/src/ingest/lease/held-lease.ts';
import { keepBeating } from '../../../control-plane/src/ingest/lease/keep-beating.ts';
import { LeaseStore } from '../../../control-plane/src/ingest/lease/lease-store.ts';
import { LEASE_TIMES } from '../../../control-plane/src/ingest/lease/lease-times.ts';
import { LeaseWatch } from '../../../control-plane/src/ingest/lease/lease-watch.ts';
import {
  isStoppedHere,
  thisProcess,
} from '../../../control-plane/src/ingest/lease/process-identity.ts';
import { Roster } from '../../../control-plane/src/ingest/lease/roster.ts';
import type { StoreRecord } from '../../../control-plane/src/store/record.ts';
import type { Fence } from '../../../control-plane/src/store/write/fence-table.ts';
import { DATABASES } from '../stand/databases.ts';
import { row } from '../store/records.ts';

const self = thisProcess();
const lease = (generation: number, beat: number, held = true) => ({
  generation,
  beat,
  holder: held ? self : null,
});

t.test('who waits is patient by his own clock', async (t) => {
  const watch = new LeaseWatch(millis(5000));
  t.equal(watch.see(lease(0, 0, false), 0, 1), 'free');
  t.equal(watch.see(lease(1, 1), 100, 110), 'held');
  t.equal(watch.see(lease(1, 1), 5109, 5120), 'held', 'seen for 4.999 s');
  t.equal(watch.see(lease(1, 1), 5110, 5120), 'stale');
  t.equal(watch.see(lease(1, 2), 60_000, 60_001), 'held', 'who was stopped meanwhile begins anew');
  watch.restart(70_000);
  t.equal(watch.see(lease(1, 2), 74_999, 75_000), 'held');
  t.equal(watch.unchangedFor(75_000), 5000);
  t.equal(watch.see(lease(2, 2), 75_000, 75_000), 'held', 'another has it');
});

t.test('who has it is certain of that for less long than others are patient', async (t) => {
  let now = 1000;
  const held = new HeldLease(3, LEASE_TIMES.trust, () => now, 1000);
  t.ok(LEASE_TIMES.trust < LEASE_TIMES.patience);
  now += LEASE_TIMES.trust - 1;
  t.equal(held.certain, true);
  now += 1;
  t.equal(held.certain, false, 'as after it was stopped');
  held.confirm(now - 10);
  t.equal(held.certain, true);
  held.lose();
  t.equal(held.certain, false);
});

t.test('signs of life leave nothing behind while the lease is held', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const clock = () => performance.now();
  const ending = new AbortController();
  const settled: WeakRef<object>[] = [];
  const beating = keepBeating({
    times: { ...LEASE_TIMES, beat: millis(1) },
    clock,
    signal: ending.signal,
    held: new HeldLease(1, LEASE_TIMES.trust, clock, clock()),
    leases: { beat: async () => true },
    ingest: {
      problem: null,
      settled: async () => {
        const answer = {};
        settled.push(new WeakRef(answer));
        return answer as unknown as undefined;
      },
    },
  });
  while (settled.length < 50) await delay(1);
  collect();
  const kept = settled.filter((answer) => answer.deref() !== undefined).length;
  t.ok(kept < 10, `${kept} of ${settled.length} are remembered`);
  ending.abort();
  await beating;
});

t.test('a process is known again by when it started', async (t) => {
  t.equal(isStoppedHere(self), false, 'it runs');
  t.equal(isStoppedHere({ ...self, started: '0' }), false);
  t.equal(isStoppedHere({ ...self, pid: 2 ** 22 + 1 }), false, 'it is gone');
});

for (const { name, open } of DATABASES) {
  t.test(`${name}: the lease is one's`, async (t) => {
    const leases = new LeaseStore(await open(t));
    const yes = () => true;
    const free = await leases.read();
    t.same(free, { generation: 0, beat: 0, holder: null });
    t.equal(await leases.take(free, self, () => false), null);
    t.equal(await leases.take(free, self, yes), 1);
    t.equal(await leases.take(free, self, yes), null, 'of two who saw it free one has it');
    const seen = await leases.read();
    t.same(seen.holder, self);
    t.equal(await leases.beat(1), true);
    t.equal(await leases.take(seen, self, yes), null, 'there was a sign of life');
    t.equal(await leases.take(await leases.read(), self, yes), 2);
    t.equal(await leases.beat(1), false, 'who had it before hears so');
    await leases.release(1);
    t.same((await leases.read()).holder, self, 'and releases nothing');
    await leases.release(2);
    t.equal((await leases.read()).holder, null);
  });

  t.test(`${name}: accounts that changed are read before anything is stored`, async (t) => {
    const database = await open(t);
    const accounts = new AccountStore({ database, now: () => epochMillis(5) });
    const roster = new Roster({ database, accounts, allowAnonymous: false });
    await roster.start();
    const enrol = () =>
      database.transaction().execute(async (trx) => {
        const device = parseId('device', 'pi-1');
        await accounts.create(trx, { name: device, kind: 'device' });
        const site = parseId('site', 'works');
        const enrolled = { device, site, public_key: 'k', token: 't', enrolled_at: 5 };
        await trx
          .insertInto('enrolments')
          .values({ ...enrolled, leaving_at: null })
          .execute();
      });
    const commits: { rows: number; roster: number | null }[] = [];
    const refused: string[] = [];
    let meanwhile: () => Promise<unknown> = async () => {};
    const fenced = new FencedStore({
      roster,
      held: new HeldLease(1, millis(1000), () => 0, 0),
      clock: () => 0,
      store: {
        // As the store does it: the database says whether something has changed.
        async commit(records: readonly StoreRecord[], fence: Fence | null = null) {
          await meanwhile();
          meanwhile = async () => {};
          const { revision } = await database
            .selectFrom('roster')
            .select('revision')
            .executeTakeFirstOrThrow();
          commits.push({ rows: records.length, roster: fence?.roster ?? null });
          if (fence?.roster !== revision) throw new ControlPlaneError('ROSTER_CHANGED', '');
          const stored = records.length;
          return { stored, duplicates: 0, early: 0, tombstones: 0, surplus: 0, watermarks: [] };
        },
        watermarks: async () => [],
        forgetStates: async () => {},
      },
      onRefused: ({ device }) => refused.push(device),
    });
    t.match(await fenced.commit([row(1)]), { stored: 0 }, 'of nobody known');
    t.same(refused, ['pi-1']);
    await enrol();
    t.match(await fenced.commit([row(1)]), { stored: 1 }, 'who enrolled just now is known');
    meanwhile = () =>
      database.transaction().execute(async (trx) => {
        await trx.deleteFrom('enrolments').execute();
        await trx.deleteFrom('accounts').execute();
        await noteAccountChange(trx, 'pi-1');
      });
    t.match(await fenced.commit([row(2)]), { stored: 0 }, 'who left meanwhile is not stored');
    t.same(commits, [
      { rows: 1, roster: 1 },
      { rows: 1, roster: 1 },
    ]);
  });

  t.test(`${name}: signs of life end with the lease, or with the broker`, async (t) => {
    const leases = new LeaseStore(await open(t));
    await leases.take(await leases.read(), self, () => true);
    const times = { ...LEASE_TIMES, beat: millis(5), withoutBroker: millis(50) };
    const clock = () => performance.now();
    const common = { leases, times, clock, signal: new AbortController().signal };
    const away = { settled: async () => {}, problem: 'no connection' };
    const held = new HeldLease(1, times.trust, clock, clock());
    await keepBeating({ ...common, held, ingest: away });
    t.equal(held.lost.aborted, false, 'it is given up, so that another may try');
    t.ok((await leases.read()).beat > 0);
    const beating = keepBeating({ ...common, held, ingest: { ...away, problem: null } });
    const taken = async () => leases.take(await leases.read(), self, () => true);
    while ((await taken()) === null) await delay(1);
    await beating;
    t.equal(held.lost.aborted, true);

    const { beat } = await leases.read();
    const ending = new AbortController();
    const hangs = keepBeating({
      ...common,
      signal: ending.signal,
      held: new HeldLease(2, times.trust, clock, clock()),
      ingest: { settled: () => new Promise(() => {}), problem: null },
    });
    await delay(50);
    t.equal((await leases.read()).beat, beat, 'what comes in and is not stored is no sign of life');
    ending.abort();
    await hangs;
  });

  t.test(`${name}: what devices said of themselves, from a revision on`, async (t) => {
    const database = await open(t);
    const figures = { raised_at: 5, revision: 1 };
    for (const [id, said] of [
      [1, 4],
      [2, 4],
      [3, 9],
    ] as const) {
      await database
        .insertInto('devices')
        .values({
          id,
          device: parseId('device', `pi-${id}`),
          site: parseId('site', 'works'),
          state: 'online',
          state_at: 7,
          first_seen_at: 5,
          last_seen_at: 8,
          boot_id: '00000000-0000-4000-8000-00000000b007',
          agent_version: '1.0.0',
          reported: JSON.stringify({ slots: {} }),
        })
        .execute();
      await database
        .insertInto('device_figures')
        .values({ device_id: id, said_revision: said, ...figures })
        .execute();
    }
    const all = await readDeviceChanges(database, BEGINNING, false);
    t.match(all, { next: { revision: 9, id: 3 }, more: false });
    t.same(
      all.records.map(({ name, device, retained }) => `${name} ${device} ${retained}`),
      [1, 2, 3].flatMap((id) => [`status pi-${id} true`, `reported pi-${id} true`]),
    );
    const { records } = await readDeviceChanges(database, { revision: 4, id: 1 }, true);
    t.same(
      records.map(({ device, retained }) => `${device} ${retained}`),
      ['pi-2 false', 'pi-2 false', 'pi-3 false', 'pi-3 false'],
      'those of one commit that were not read are not left out',
    );
  });
}
