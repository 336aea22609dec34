import { setTimeout as delay } from 'node:timers/promises';
import { type DeviceId, millis } from '@edgeloop/protocol';
import t from 'tap';
import { EventBus } from '../../../../control-plane/src/events/event-bus.ts';
import { RolloutEngine } from '../../../../control-plane/src/rollouts/engine/rollout-engine.ts';
import type { NewRollout } from '../../../../control-plane/src/rollouts/plan/plan.ts';
import type { RolloutId } from '../../../../control-plane/src/rollouts/rollout-id.ts';
import { Rollouts } from '../../../../control-plane/src/rollouts/rollouts.ts';
import type { StoreRecord } from '../../../../control-plane/src/store/record.ts';
import { DATABASES } from '../../stand/databases.ts';
import { engineParts, reports } from '../stand/engine-parts.ts';
import { NEW } from '../stand/models.ts';
import { insertRollout } from '../stand/rollout-row.ts';
import { planOf } from '../stand/running-fleet.ts';

const NAMES = Array.from({ length: 20 }, (_, i) => `d-${i}` as DeviceId);
const TICK = 400;

for (const { name, open } of DATABASES) {
  t.test(`on ${name}: progress is told with each tick, and not with each report`, async (t) => {
    const database = await open(t);
    const clock = {
      get at() {
        return Date.now();
      },
    };
    const { parts } = await engineParts(t, database, clock);
    for (const device of NAMES) await reports(database, device);
    const times = { tick: millis(TICK), linger: millis(1), judge: millis(1e6), sweep: millis(1e6) };
    const events = new EventBus({ now: parts.now });
    const engine = new RolloutEngine({ ...parts, events }, times);
    const told: unknown[] = [];
    events.subscribe(({ kind, data }) => {
      if (kind === 'rollout.progress') told.push(data);
    });
    engine.start();
    t.teardown(() => engine.close());
    const { rollout } = await new Rollouts(parts, () => engine.nudge()).create(
      { ...planOf(), waves: [{ size: { percent: 100 } }] } as NewRollout,
      'me',
    );
    const done = async () => {
      const counts = await parts.reader.counts(rollout);
      return counts.find(({ state }) => state === 'done')?.devices ?? 0;
    };
    await until(async () => (await parts.assignments.current(NAMES)).length === NAMES.length);
    const began = Date.now();
    for (const device of NAMES) {
      await reports(database, device, { slot: { model: NEW, generation: 1 } });
      engine.see([{ name: 'reported', device } as unknown as StoreRecord]);
      await delay(10);
    }
    await until(async () => (await done()) === NAMES.length);
    const last = { counts: [{ state: 'done', devices: NAMES.length }] };
    await until(async () => {
      const counts = (told.at(-1) as { counts?: { devices: number }[] })?.counts ?? [];
      return counts[0]?.devices === NAMES.length;
    });
    t.match(told.at(-1), last, 'the last is told, too');
    t.ok(told.length <= 1 + (Date.now() - began) / TICK, `${told.length} times`);
  });

  t.test(
    `on ${name}: all are looked at at once, and again when the clock was set back`,
    async (t) => {
      const database = await open(t);
      const clock = { at: 1e12 };
      const { parts } = await engineParts(t, database, clock);
      const [first, second] = NAMES as [DeviceId, DeviceId];
      await reports(database, first);
      const start = (sweep: number) => {
        const times = { tick: millis(20), linger: millis(1), judge: millis(1e6) };
        const engine = new RolloutEngine(parts, { ...times, sweep: millis(sweep) });
        engine.start();
        t.teardown(() => engine.close());
        return engine;
      };
      const { rollout } = await new Rollouts(parts, () => {}).create(
        { ...planOf(), waves: [{ size: { percent: 100 } }] } as NewRollout,
        'me',
      );
      const are = async (state: string) => {
        const counts = await parts.reader.counts(rollout);
        return counts.find((it) => it.state === state)?.devices;
      };
      const engine = start(1e9);
      await until(async () => (await are('told')) === 1);
      await engine.close();
      await reports(database, first, { slot: { model: NEW, generation: 1 } });
      const again = start(1e9);
      await until(async () => (await are('done')) === 1);
      await again.close();
      start(50);
      await delay(100);
      clock.at = 5e11;
      await reports(database, second);
      await until(async () => (await are('told')) === 1);
      t.pass('a device that nobody told of was found');
    },
  );
}

for (const { name, open } of DATABASES) {
  t.test(`on ${name}: a rollout with a damaged plan ends, and holds up no other`, async (t) => {
    const database = await open(t);
    const clock = { at: 1e12 };
    const { parts, events } = await engineParts(t, database, clock);
    const [first, second, third] = NAMES as [DeviceId, DeviceId, DeviceId];
    for (const device of [first, second, third]) await reports(database, device);
    const rollouts = new Rollouts(parts, () => {});
    const create = async (device: DeviceId, more: object = {}) => {
      const waves = [{ size: { percent: 100 } }];
      const asked = { ...planOf(), target: { devices: [device] }, waves, ...more } as NewRollout;
      return (await rollouts.create(asked, 'me')).rollout;
    };
    const times = { tick: millis(20), linger: millis(1), judge: millis(1e6), sweep: millis(50) };
    const engine = new RolloutEngine(parts, times);
    const ended: { readonly state: string }[] = [];
    events.subscribe(({ kind, data }) => {
      if (kind === 'rollout.changed') ended.push(data as { state: string });
    });
    const rolling = await create(first);
    engine.start();
    t.teardown(() => engine.close());
    await until(async () => (await parts.reader.hasAny(rolling, ['told'], 0)) === true);
    const later = { start: '2040-01-01T00:00:00.000Z' };
    const [scheduled, approved] = [
      await create(second, later),
      await create(second, { approval: true }),
    ];
    const damage = (rollout: RolloutId, plan: string) =>
      database.updateTable('rollouts').set({ plan }).where('id', '=', rollout).execute();
    await damage(rolling, '{"name":');
    await damage(scheduled, '');
    await damage(approved, '{}');
    const back = '00000000-0000-4000-8000-000000000001' as RolloutId;
    await insertRollout(database, { id: back, state: 'rolling-back', plan: 'none' as never });
    const whole = await create(third);
    const states = async () => {
      const { rollouts: listed } = await rollouts.list({});
      return new Map(listed.map(({ rollout, state, reason }) => [rollout, { state, reason }]));
    };
    const expected = { state: 'aborted', reason: /^Expected the plan of rollout .* damaged/ };
    await until(async () => [...(await states()).values()].filter(isAborted).length === 3);
    const listed = await states();
    for (const rollout of [rolling, scheduled, approved]) t.match(listed.get(rollout), expected);
    t.equal(ended.filter(isAborted).length, 3, 'webhooks are told');
    await until(async () => (await states()).get(back)?.reason !== null);
    const stays = { state: 'rolling-back', reason: /Devices that were not told to go back yet/ };
    t.match((await states()).get(back), stays, 'it has promised more than to end');
    await until(async () => (await parts.reader.hasAny(whole, ['told'], 0)) === true);
    await reports(database, first, { slot: { model: NEW, generation: 1 } });
    await reports(database, third, { slot: { model: NEW, generation: 1 } });
    engine.see([first, third].map((device) => ({ name: 'reported', device }) as never));
    await until(async () => (await parts.reader.hasAny(whole, ['done'], 0)) === true);
    const { decisions } = await rollouts.decisions(scheduled, {});
    t.match(decisions, [{ event: 'create' }, { event: 'abort', by: 'engine' }]);
    const damaged = { code: 'DATA_DAMAGED', message: /received a damaged one/ };
    await t.rejects(rollouts.view(scheduled), damaged);
    const again = await create(first);
    await until(async () => (await parts.reader.hasAny(again, ['told'], 0)) === true);
    t.pass('its device is free for another');
  });
}

const isAborted = ({ state }: { readonly state: string }) => state === 'aborted';

async function until(is: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await is()); ) {
    if (Date.now() > end) throw new Error('it does not come');
    await delay(5);
  }
}
