import t from 'tap';
import { completePlan } from '../../../../control-plane/src/rollouts/plan/complete-plan.ts';
import type { NewRollout } from '../../../../control-plane/src/rollouts/plan/plan.ts';
import { planOf } from '../stand/running-fleet.ts';

const complete = (more: object) => completePlan(planOf(more) as NewRollout);

t.test('what is not said has its default', async (t) => {
  t.match(complete({}), { start: 'now', offline: 'wait', approval: false, atOnce: null });
});

t.test('a start that is no time is refused, and not left to a person', async (t) => {
  t.equal(complete({ start: '2026-12-24T00:00:00.000Z' }).start, '2026-12-24T00:00:00.000Z');
  const start = '2026-13-24T00:00:00.000Z';
  t.throws(() => complete({ start }), { code: 'REQUEST_INVALID', message: new RegExp(start) });
});
