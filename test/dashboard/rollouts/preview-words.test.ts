import t from 'tap';
import { remarksOn } from '../../../control-plane/dashboard/src/rollouts/compose/preview-words.ts';
import type { RolloutPreview } from '../../../control-plane/src/resources/rollout.ts';
import { completePlan } from '../../../control-plane/src/rollouts/plan/complete-plan.ts';
import type { NewRollout } from '../../../control-plane/src/rollouts/plan/plan.ts';

const PLAN = completePlan({
  cargo: { kind: 'model', task: 'parts', slot: 'main', model: 'b'.repeat(64) },
  waves: [{ size: { count: 1 } }, { size: { percent: 100 } }],
} as unknown as NewRollout);

function preview(waves: readonly number[], more: object = {}): RolloutPreview {
  const target = waves.reduce((sum, devices) => sum + devices, 0);
  return {
    rollout: 'r1',
    plan: PLAN,
    target,
    offline: [],
    conflicts: [],
    gateReasons: [],
    waves: waves.map((devices, wave) => ({
      wave,
      devices,
      names: [],
      already: 0,
      offline: 0,
      bakeNeeded: null,
    })),
    ...more,
  } as unknown as RolloutPreview;
}

const other = { rollout: 'r2', name: 'spring', state: 'baking', devices: 3, names: [] };
const said = (of: RolloutPreview, waits = true) =>
  remarksOn(of, waits).map(({ kind, text }) => `${kind}: ${text}`);

t.test('where all is well there is nothing to say', async (t) => {
  t.same(said(preview([1, 9])), []);
});

t.test('nobody fits, or nobody is in the first wave: it can not begin', async (t) => {
  t.match(said(preview([0, 0])), [/stops: No device fits/]);
  t.match(said(preview([0, 5])), [/stops: No device is in the first wave/]);
});

t.test('a model that the gate refused is told with the reasons', async (t) => {
  const gateReasons = ['2 of 5 scratches are right.', 'INT8 loses 4 %.'];
  t.match(said(preview([1, 9], { gateReasons })), [
    /^warns: The gate did not let this model through: 2 of 5 scratches are right. INT8 loses 4 %.$/,
  ]);
});

t.test('a conflict: it waits, or by hand would be refused; a lower one yields', async (t) => {
  const held = preview([1, 9], { conflicts: [{ ...other, yields: false }] });
  t.match(said(held), [/waits: “spring” \(baking\) has 3 devices of these. This one waits, and/]);
  t.match(said(held, false), [/waits: .* order to start is refused/]);
  const takes = preview([1, 9], { conflicts: [{ ...other, yields: true }] });
  t.match(said(takes), [/note: 3 devices will be taken from “spring”/]);
});

t.test('who is left alone is counted, and the gravest comes first', async (t) => {
  t.match(said(preview([1, 4], { target: 10 })), [/note: 5 devices of the target are in no wave/]);
  t.match(said(preview([1, 9, 0, 0])), [/note: No device is in waves 3, 4/]);
  const both = preview([0, 4], { target: 9, conflicts: [{ ...other, yields: false }] });
  t.match(said(both), [/^stops/, /^waits/, /^note/]);
});

t.test('a bake that is too short for the frames that its gates ask for', async (t) => {
  const waves = preview([1, 9]).waves.map((wave, i) => ({
    ...wave,
    bakeNeeded: i === 0 ? 6_000_001 : null,
  }));
  t.match(said(preview([1, 9], { waves })), [/note: Wave 1: .* A bake of 101 min would do\./]);
});

t.test('who is offline is counted, with what becomes of them', async (t) => {
  const waves = [1, 9].map((devices, wave) => ({
    wave,
    devices,
    names: [],
    already: 0,
    offline: wave * 2,
  }));
  t.match(said(preview([1], { waves })), [/2 devices are offline now, and told all the same/]);
  const plan = { ...PLAN, offline: 'fail' };
  t.match(said(preview([1, 9], { waves, plan })), [/counted as failed/]);
});

t.test('all at once leaves nobody to compare with', async (t) => {
  t.match(said(preview([10, 0])), [/No device is in wave 2/, /nobody to compare with/]);
});
