import type { DeviceId } from '@edgeloop/protocol';
import t from 'tap';
import { lookAtRollout } from '../../../../control-plane/src/rollouts/engine/look-at-rollout.ts';
import { hearDevices } from '../../../../control-plane/src/rollouts/engine/steps/hear-devices.ts';
import { RolloutGates } from '../../../../control-plane/src/rollouts/gate-status/rollout-gates.ts';
import type { NewRollout } from '../../../../control-plane/src/rollouts/plan/plan.ts';
import type { RolloutId } from '../../../../control-plane/src/rollouts/rollout-id.ts';
import {
  type Order,
  RolloutOrders,
} from '../../../../control-plane/src/rollouts/rollout-orders.ts';
import { Rollouts } from '../../../../control-plane/src/rollouts/rollouts.ts';
import { DATABASES } from '../../stand/databases.ts';
import { engineParts, reports } from '../stand/engine-parts.ts';
import { NEW } from '../stand/models.ts';
import { planOf } from '../stand/running-fleet.ts';

const NAMES = ['a', 'b', 'c'] as string[] as DeviceId[];
const [BEGUN, BAKE] = [Date.parse('2026-11-26T18:00:00.000Z'), 60_000];
const timeAt = (millis: number) => new Date(millis).toISOString();

const WAVE = {
  bakeMillis: BAKE,
  gates: [
    { kind: 'update-success', limit: 0.9, minimum: { devices: 1 }, onFailure: 'roll back' },
    { kind: 'update-errors', limit: 0, minimum: { devices: 1 }, onFailure: 'pause' },
  ],
};
const asked = {
  ...planOf({ start: 'by hand' }),
  waves: [
    { size: { count: 1 }, ...WAVE },
    { size: { percent: 100 }, ...WAVE },
  ],
} as NewRollout;

for (const { name, open } of DATABASES) {
  /** Three devices with the old model, a rollout to all, and what its gates are told to be. */
  async function begun(test: Parameters<typeof open>[0]) {
    const database = await open(test);
    const clock = { at: BEGUN };
    const { parts } = await engineParts(test, database, clock);
    for (const device of NAMES) await reports(database, device);
    const { rollout } = await new Rollouts(parts, () => {}).create(asked, 'me');
    const orders = new RolloutOrders(parts, () => {});
    const gates = new RolloutGates(parts);
    const look = async () => {
      await hearDevices(parts, NAMES);
      const judge = { among: null, judge: true };
      await lookAtRollout(parts, await parts.reader.find(rollout), judge);
    };
    return {
      rollout,
      gates,
      look,
      parts,
      order: (order: Order) => orders.carry(rollout, order, { by: 'me' }, () => {}),
      later: (millis: number) => {
        clock.at += millis;
      },
      /** Who was told says so. */
      answer: async (slot: object) => {
        for (const { device } of await parts.reader.inState(rollout, ['told'], {
          throughWave: 1,
          limit: 9,
        })) {
          await reports(database, device, { slot });
        }
        await look();
      },
      stages: async () => (await gates.read(rollout)).stages,
    };
  }

  const RUNS_NEW = { model: NEW, generation: 1 };
  const update = { model: NEW, generation: 1, state: 'failed', since: 's', attempts: 3 };

  t.test(
    `on ${name}: limits at first, then how it stands, then what was decided from`,
    async (t) => {
      const { order, look, stages, answer, later, parts, rollout } = await begun(t);
      t.match(await stages(), [
        {
          wave: 0,
          judged: 'not yet',
          at: null,
          watchedUntil: null,
          gates: [
            {
              outcome: null,
              reason: null,
              reading: { measured: null, limit: 0.9, bound: 'least' },
            },
            { reading: { measured: null, limit: 0, bound: 'most' } },
          ],
        },
        { wave: 1, judged: 'not yet' },
      ]);

      await order('start');
      await look();
      const before = await parts.reader.find(rollout);
      t.match(await stages(), [
        {
          wave: 0,
          judged: 'now',
          watchedUntil: null,
          gates: [{ outcome: 'undecided', reading: { measured: 0, reports: 0, needed: 1 } }, {}],
        },
        { wave: 1, judged: 'not yet' },
      ]);
      t.same(await parts.reader.find(rollout), before, 'nothing is decided by it');

      later(5000);
      await answer(RUNS_NEW);
      t.match(await stages(), [
        {
          wave: 0,
          judged: 'now',
          at: timeAt(BEGUN + 5000),
          watchedSince: timeAt(BEGUN + 5000),
          watchedUntil: timeAt(BEGUN + 5000 + BAKE),
          gates: [
            { outcome: 'passed', reading: { measured: 1, reports: 1 } },
            { outcome: 'passed' },
          ],
        },
        { wave: 1, judged: 'not yet' },
      ]);

      later(BAKE);
      await look();
      t.match(await stages(), [
        {
          wave: 0,
          judged: 'then',
          at: timeAt(BEGUN + 5000 + BAKE),
          watchedUntil: null,
          gates: [{ outcome: 'passed', reading: { measured: 1 } }, { outcome: 'passed' }],
        },
        { wave: 1, judged: 'now' },
      ]);

      later(5000);
      await answer(RUNS_NEW);
      later(BAKE);
      await look();
      t.match(
        await stages(),
        [{ judged: 'then' }, { judged: 'then', gates: [{}, {}] }],
        'completed',
      );
    },
  );

  t.test(`on ${name}: one that a gate paused says what that gate saw`, async (t) => {
    const { order, look, stages, answer, later } = await begun(t);
    await order('start');
    await look();
    await answer(RUNS_NEW);
    later(BAKE);
    await look();
    await answer({ update: { ...update, model: NEW } });
    later(30_000);
    const [, second] = await stages();
    t.match(second, {
      judged: 'then',
      at: timeAt(BEGUN + BAKE),
      gates: [{}, { outcome: 'failed', reason: /Failed, refused or reverted on 2 of 2/ }],
    });
  });

  t.test(`on ${name}: one that a person paused stands as it does, without an end`, async (t) => {
    const { order, look, stages, answer } = await begun(t);
    await order('start');
    await look();
    await answer(RUNS_NEW);
    await order('pause');
    t.match(await stages(), [
      { judged: 'now', watchedUntil: null, gates: [{ reading: { measured: 1 } }, {}] },
      { judged: 'not yet' },
    ]);
  });

  t.test(`on ${name}: asked often it is measured once; a change is seen at once`, async (t) => {
    const { order, look, gates, rollout, later, parts } = await begun(t);
    await order('start');
    await look();
    let measured = 0;
    const { measureWave } = parts.measures;
    parts.measures.measureWave = (...of) => {
      measured += 1;
      return measureWave(...of);
    };
    await Promise.all(Array.from({ length: 20 }, () => gates.read(rollout)));
    t.equal(measured, 1);
    later(2001);
    await gates.read(rollout);
    t.equal(measured, 2);
    await order('pause');
    await gates.read(rollout);
    t.equal(measured, 3);
    await t.rejects(gates.read('none' as RolloutId), { code: 'NOT_FOUND' });
  });
}
