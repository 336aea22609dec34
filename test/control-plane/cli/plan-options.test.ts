import type { Sha256, SlotId, TaskId } from '@edgeloop/protocol';
import t from 'tap';
import { type PlanOptions, planOf } from '../../../control-plane/src/cli/rollouts/plan-options.ts';

const options = { wave: [], plan: '/nowhere' } as unknown as PlanOptions;
const unasked = () => Promise.reject(new Error('no model is asked for'));

t.test('what is said beside --plan is refused, and not dropped', async (t) => {
  const said = { approval: true, wave: [{ count: 1 }] };
  await t.rejects(planOf({ ...options, ...said }, unasked), {
    code: 'OPTION_INVALID',
    message: /--approval and --wave/,
  });
  await t.rejects(planOf({ ...options, slot: 'cam2' as SlotId }, unasked), {
    code: 'OPTION_INVALID',
    message: /received --slot beside it/,
  });
});

t.test('one thing goes out: what is of a model is refused beside a configuration', async (t) => {
  const configuration = { wave: [], configuration: 3 } as PlanOptions;
  t.match(await planOf(configuration, unasked), { cargo: { kind: 'configuration', version: 3 } });
  for (const said of [{ model: 'abc' }, { task: 'parts' as TaskId }, { slot: 'cam2' as SlotId }]) {
    await t.rejects(planOf({ ...configuration, ...said }, unasked), {
      code: 'OPTION_INVALID',
      message: `received --${Object.keys(said)[0]} beside --configuration`,
    });
  }
});

t.test('a model goes into the slot that is said, else into main', async (t) => {
  const model = { wave: [], model: 'abc', task: 'parts' } as unknown as PlanOptions;
  const found = async () => 'abcdef' as Sha256;
  t.match(await planOf(model, found), { cargo: { kind: 'model', slot: 'main', model: 'abcdef' } });
  t.match(await planOf({ ...model, slot: 'cam2' as SlotId }, found), { cargo: { slot: 'cam2' } });
});

t.test('a plan that is not there', async (t) => {
  await t.rejects(planOf(options, unasked), { code: 'OPTION_INVALID', message: /ENOENT/ });
});
