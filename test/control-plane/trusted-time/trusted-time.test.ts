import { epochMillis, millis, seconds, type TaskId } from '@edgeloop/protocol';
import pino from 'pino';
import t, { type Test } from 'tap';
import type { Database } from '../../../control-plane/src/database/open-stores.ts';
import type { ClockView } from '../../../control-plane/src/resources/clock.ts';
import { sampleRetention } from '../../../control-plane/src/samples/sample-retention.ts';
import { SampleStore } from '../../../control-plane/src/samples/sample-store.ts';
import { FollowedTime } from '../../../control-plane/src/trusted-time/followed-time.ts';
import { TrustedTime } from '../../../control-plane/src/trusted-time/trusted-time.ts';
import { TrustedTimeStore } from '../../../control-plane/src/trusted-time/trusted-time-store.ts';
import { arrival, digest, sighting } from '../stand/arrivals.ts';
import { DATABASES } from '../stand/databases.ts';

const DAY = 86_400_000;
const T = Date.UTC(2026, 10, 27, 12);
const task = 'parts' as TaskId;
const log = pino({ level: 'silent' });

/** A machine whose clock can be set, and whose life goes on or ends. */
class Machine {
  wall = T;
  boot = 'one';
  running = 1_000_000;

  readonly uptime = () => millis(this.running);
  readonly now = () => epochMillis(this.wall);

  pass(time: number): void {
    this.wall += time;
    this.running += time;
  }

  /** Off for so long. */
  rest(time: number): void {
    this.wall += time;
    this.boot += '+';
    this.running = 20_000;
  }
}

for (const { name: engine, open } of DATABASES) {
  const startOn = async (t: Test, database: Database, machine: Machine) => {
    const told: ClockView[] = [];
    const time = new TrustedTime({
      store: new TrustedTimeStore(database),
      now: machine.now,
      machine,
      log,
      limit: () => millis(3 * DAY),
      every: seconds(3600),
      onChange: (view) => told.push(view),
    });
    await time.start();
    t.teardown(() => time.close());
    const samples = new SampleStore({ database, now: () => time.latest() });
    const bounds = () => ({ age: millis(30 * DAY), bytes: null });
    const rule = sampleRetention({
      database,
      bounds,
      artifacts: { giveUp: async () => {}, remove: async () => {} },
    });
    const left = async () => {
      while ((await rule.removeSome(time.earliest())) > 0);
      const rows = await database.selectFrom('samples').select('sha256').orderBy('id').execute();
      return rows.map(({ sha256 }) => sha256);
    };
    const see = (name: string) => samples.admit(arrival(name, sighting(), { task }));
    return { time, told, see, left, store: new TrustedTimeStore(database) };
  };

  t.test(
    `on ${engine}: neither a leap nor a start with a wrong clock removes anything`,
    async (t) => {
      const database = await open(t);
      const machine = new Machine();
      const first = await startOn(t, database, machine);
      await first.see('a');
      machine.pass(60_000);
      machine.wall = 2 ** 31 * 1000;
      t.same(await first.left(), [digest('a')]);
      t.match(first.time.problem, /says 2038-.* later than is sure.* confirm-clock/);
      await first.see('b');

      // It is started anew, by a machine that was, too.
      machine.rest(0);
      const second = await startOn(t, database, machine);
      t.match(second.told, [{ doubt: /2038/ }], 'which is told at once');
      t.same(await second.left(), ['a', 'b'].map(digest));
      machine.pass(29 * DAY);
      t.same(await second.left(), ['a', 'b'].map(digest), 'what surely passes counts meanwhile');
      machine.pass(2 * DAY);
      t.same(await second.left(), [digest('b')], 'and what it makes too old goes');

      // The clock is right again; what it stamped with 2038 is as old as what came after it.
      machine.wall = T + 32 * DAY;
      t.equal(second.time.problem, null);
      await second.see('c');
      machine.pass(29 * DAY);
      t.same(await second.left(), ['b', 'c'].map(digest));
      machine.pass(3 * DAY);
      await second.see('d');
      t.same(await second.left(), [digest('d')], 'so that it does not stay for ever');
    },
  );

  t.test(
    `on ${engine}: what came while the clock stood in the past is not old when it is right`,
    async (t) => {
      const machine = new Machine();
      const { time, see, left } = await startOn(t, await open(t), machine);
      await see('before');
      machine.pass(DAY);
      machine.wall = Date.UTC(1970, 0, 1, 0, 5);
      await see('in 1970');
      t.match(time.problem, /before what is known to have passed/);
      t.same(await left(), ['before', 'in 1970'].map(digest));
      machine.wall = T + DAY;
      t.equal(time.problem, null);
      t.same(await left(), ['before', 'in 1970'].map(digest));
    },
  );

  t.test(`on ${engine}: half a year without power counts when a person says so`, async (t) => {
    const database = await open(t);
    const machine = new Machine();
    const first = await startOn(t, database, machine);
    await first.see('old');
    await first.time.close();
    machine.rest(183 * DAY);
    const { time, told, see, left, store } = await startOn(t, database, machine);
    await see('new');
    t.match(time.view(), { aheadSeconds: 183 * 86_400, doubt: /183 d later/ });
    t.same(await left(), ['old', 'new'].map(digest), 'nothing goes by its age');

    await t.rejects(time.confirm(epochMillis(T)), {
      code: 'CONFLICT',
      message: /agrees with yours/,
    });
    t.not(time.problem, null);
    t.match(await time.confirm(epochMillis(machine.wall + 60_000)), { doubt: null });
    t.match(told, [{ doubt: /183 d/ }, { doubt: null }]);
    t.same(await left(), [digest('new')], 'what came since is new');
    t.match(await store.read(), { at: machine.wall }, 'over a restart');
  });

  t.test(`on ${engine}: a machine that is new takes the time that it is given`, async (t) => {
    const database = await open(t);
    const machine = new Machine();
    machine.wall = Date.UTC(2025, 0, 1);
    const first = await startOn(t, database, machine);
    machine.wall = T;
    t.not(first.time.problem, null);
    await first.time.close();
    const second = await startOn(t, database, machine);
    t.equal(second.time.problem, null, 'nothing is there that could be lost');
    t.equal(second.time.earliest(), T);
  });

  t.test(
    `on ${engine}: a database from before is taken to be of when its newest came`,
    async (t) => {
      const database = await open(t);
      const [old, newest] = [T - 40 * DAY, T - 10 * DAY];
      for (const [name, at] of [
        ['old', old],
        ['newest', newest],
      ] as const) {
        const samples = new SampleStore({ database, now: () => epochMillis(at) });
        await samples.admit(arrival(name, sighting(), { task }));
      }
      const { time, left } = await startOn(t, database, new Machine());
      t.match(time.problem, /10 d later than is sure/);
      t.same(await left(), ['old', 'newest'].map(digest));
      await time.confirm(epochMillis(T));
      t.same(await left(), [digest('newest')]);
    },
  );

  t.test(
    `on ${engine}: who ingests beside it stamps nothing with a time that has passed`,
    async (t) => {
      const database = await open(t);
      const machine = new Machine();
      await startOn(t, database, machine);
      const store = new TrustedTimeStore(database);
      const beside = { store, now: machine.now, machine, log, every: seconds(3600) };
      const followed = new FollowedTime(beside);
      await followed.start();
      t.teardown(() => followed.close());
      machine.pass(60_000);
      machine.wall = 0;
      t.equal(followed.latest(), T + 60_000);
      machine.wall = T + DAY;
      t.equal(followed.latest(), T + DAY);
      const elsewhere = { boot: 'of another', uptime: () => millis(5) };
      const other = new FollowedTime({ ...beside, machine: elsewhere, now: () => epochMillis(0) });
      await other.start();
      t.teardown(() => other.close());
      t.equal(other.latest(), T, 'the last that is known');
    },
  );
}
