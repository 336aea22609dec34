import { setTimeout as delay } from 'node:timers/promises';
import { type DeviceId, millis } from '@edgeloop/protocol';
import t from 'tap';
import { EventBus } from '../../../../control-plane/src/events/event-bus.ts';
import { RolloutEngine } from '../../../../control-plane/src/rollouts/engine/rollout-engine.ts';
import type { NewRollout } from '../../../../control-plane/src/rollouts/plan/plan.ts';
import { Rollouts } from '../../../../control-plane/src/rollouts/rollouts.ts';
import type { StoreRecord } from '../../../../control-plane/src/store/record.ts';
import { DATABASES } from '../../stand/databases.ts';
import { engineParts, reports } from '../stand/engine-parts.ts';
import { NEW } from '../stand/models.ts';
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

async function until(is: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await is()); ) {
    if (Date.now() > end) throw new Error('it does not come');
    await delay(5);
  }
}
