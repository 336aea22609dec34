import type { SlotId } from '@edgeloop/protocol';
import t from 'tap';
import { type PlanOptions, planOf } from '../../../control-plane/src/cli/rollouts/plan-options.ts';

const options = { slot: 'main' as SlotId, wave: [], plan: '/nowhere' } as unknown as PlanOptions;
const unasked = () => Promise.reject(new Error('no model is asked for'));

t.test('what is said beside --plan is refused, and not dropped', async (t) => {
  const said = { approval: true, wave: [{ count: 1 }] };
  await t.rejects(planOf({ ...options, ...said }, unasked), {
    code: 'OPTION_INVALID',
    message: /--approval and --wave/,
  });
});

t.test('a plan that is not there', async (t) => {
  await t.rejects(planOf(options, unasked), { code: 'OPTION_INVALID', message: /ENOENT/ });
});
