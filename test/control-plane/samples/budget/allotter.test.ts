import {
  bytes,
  type DeviceId,
  epochMillis,
  type SiteId,
  seconds,
  type TaskId,
} from '@edgeloop/protocol';
import pino from 'pino';
import t from 'tap';
import { openStores } from '../../../../control-plane/src/database/open-stores.ts';
import { TaskStore } from '../../../../control-plane/src/registry/task-store.ts';
import type { SampleBudget } from '../../../../control-plane/src/samples/budget/allot-budget.ts';
import { allotFleet } from '../../../../control-plane/src/samples/budget/allot-fleet.ts';
import { Allotter } from '../../../../control-plane/src/samples/budget/allotter.ts';
import { BudgetStore } from '../../../../control-plane/src/samples/budget/budget-store.ts';
import { servingDevices } from '../../../../control-plane/src/samples/budget/serving-devices.ts';
import { findTaskIn } from '../../../../control-plane/src/samples/find-task.ts';
import { Store } from '../../../../control-plane/src/store/store.ts';
import { DATABASES } from '../../stand/databases.ts';
import { health } from '../../stand/health.ts';
import { storePlace } from '../../stand/store-place.ts';
import { record } from '../../store/records.ts';

const task = (name: string) => name as TaskId;
const budget = (perDay: number): SampleBudget => ({
  perHour: 10,
  perDay,
  bytesPerDay: bytes(1000),
});
const REVOKED = {
  name: 'pi-4',
  kind: 'device',
  secret_hash: '',
  mosquitto_hash: '',
  generation: 1,
  changed_at: 1,
  revoked_at: 2,
} as const;
const ENROLLED = {
  device: REVOKED.name as string as DeviceId,
  site: 'hall' as SiteId,
  public_key: '',
  token: '',
  enrolled_at: 1,
  leaving_at: null,
};
const device = (name: string, tasks: string[], uncertainty: number | null = 0.5) => ({
  device: name as DeviceId,
  tasks: tasks.map(task),
  uncertainty,
});

t.test('a device that serves two tasks has its part of both', async (t) => {
  const allotted = allotFleet(
    new Map([
      [task('parts'), budget(100)],
      [task('doors'), budget(60)],
    ]),
    [device('a', ['parts', 'doors']), device('b', ['parts']), device('c', ['other'])],
  );
  t.same(
    [...allotted].map(([name, { perDay }]) => [name, perDay]),
    [
      ['a', 110],
      ['b', 50],
    ],
  );
});

for (const { name: engine, open } of DATABASES) {
  t.test(`on ${engine}: budgets are kept by task`, async (t) => {
    const budgets = new BudgetStore({ database: await open(t) });
    t.equal(await budgets.of(task('parts')), null);
    await budgets.set(task('parts'), budget(5));
    await budgets.set(task('doors'), budget(6));
    await budgets.set(task('parts'), budget(7));
    t.same(await budgets.of(task('parts')), budget(7));
    t.equal((await budgets.all()).size, 2);
    await budgets.set(task('parts'), null);
    t.equal(await budgets.of(task('parts')), null);
  });

  t.test(`on ${engine}: a device serves the task that its slot is called as`, async (t) => {
    const database = await open(t);
    const findTask = findTaskIn(database);
    const tasks = new TaskStore({
      database,
      now: () => epochMillis(1),
      events: { publish: () => {} },
    });
    await tasks.create({ task: task('main') }, 'a test');
    const place = storePlace(t);
    const store = new Store(...place);
    await store.start();
    const fleet = openStores(...place);
    t.teardown(async () => {
      await fleet.destroy();
      await store.close();
    });
    await fleet.insertInto('accounts').values(REVOKED).execute();
    await fleet.insertInto('enrolments').values(ENROLLED).execute();
    const reported = (slot: string) => ({
      bootId: '00000000-0000-4000-8000-00000000b007',
      agentVersion: '0.1.0',
      cameras: {},
      slots: { [slot]: { model: 'a'.repeat(64), name: 'x', variant: 'int8' } },
    });
    const scores = { good: [0, 0, 0, 0, 0, 0, 0, 0, 0, 9] };
    const certain = { inferenceMillis: { counts: [9], sum: 9 }, scores, processRestarts: 0 };
    await store.commit([
      record('reported', reported('main'), { device: 'pi-1' }),
      record('health', { ...health(), models: { ['a'.repeat(64)]: certain } }, { device: 'pi-1' }),
      record('reported', reported('side'), { device: 'pi-2' }),
      record('health', { ...health() }, { device: 'pi-3' }),
      record('reported', reported('main'), { device: REVOKED.name }),
    ]);
    const serving = await servingDevices(store, findTask);
    t.same(
      serving.map(({ device, tasks }) => [device, tasks]),
      [
        ['pi-1', ['main']],
        ['pi-2', []],
      ],
    );
    t.equal(serving[0]?.uncertainty?.toFixed(2), '0.05');
    t.equal(serving[1]?.uncertainty, null);
  });
}

t.test('a device is told when its part has changed, and when there is none any more', async (t) => {
  let budgets = new Map([[task('parts'), budget(100)]]);
  let devices = [device('a', ['parts'])];
  const told: (readonly string[] | 'all')[] = [];
  const allotter = new Allotter({
    every: seconds(60),
    log: pino({ level: 'silent' }),
    budgets: { all: async () => budgets },
    devices: async () => devices,
    tell: (names) => told.push(names),
  });
  const partOf = async (name: string) => {
    const said = await allotter.read([name as DeviceId]);
    return said && (said.get(name as DeviceId)?.sampling?.budgets?.perDay ?? 'none');
  };
  t.equal(await partOf('a'), null, 'not known yet: what was told stays');
  await allotter.allot();
  await allotter.allot();
  t.same(told.splice(0), ['all', []], 'all, once');
  t.equal(await partOf('a'), 100);
  devices = [...devices, device('b', ['parts'])];
  await allotter.allot();
  t.same(told.splice(0), [['a', 'b']]);
  t.equal(await partOf('b'), 50);
  budgets = new Map();
  await allotter.allot();
  t.same(told.splice(0), [['a', 'b']]);
  t.equal(await partOf('a'), 'none');
});

t.test('it allots by itself until it is closed', async (t) => {
  let asked = 0;
  const allotter = new Allotter({
    every: seconds(0.005),
    log: pino({ level: 'silent' }),
    tell: () => {},
    budgets: {
      async all() {
        asked += 1;
        if (asked === 1) throw new Error('fails once');
        return new Map();
      },
    },
    devices: async () => [],
  });
  allotter.start();
  while (asked < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  await allotter.close();
  const then = asked;
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.equal(asked, then);
});
