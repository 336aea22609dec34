import t from 'tap';
import { isWhere } from '../../../control-plane/dashboard/src/rollouts/one/orders.ts';
import { waveState } from '../../../control-plane/dashboard/src/rollouts/one/wave-state.ts';
import type { RolloutState } from '../../../control-plane/src/rollouts/states/rollout-states.ts';

const began = '2026-11-26T18:00:00.000Z' as never;
const where = (state: RolloutState, more: object = {}) => ({
  state,
  wave: 1,
  pausedFrom: null,
  startedAt: began,
  ...more,
});

/** Of three waves, the second under way. */
const CASES: readonly [string, ReturnType<typeof where>, readonly string[]][] = [
  ['baking', where('baking'), ['passed', 'baking', 'to come']],
  ['paused', where('paused', { pausedFrom: 'baking' }), ['passed', 'paused', 'to come']],
  ['completed', where('completed', { wave: 2 }), ['passed', 'passed', 'passed']],
  ['rolled back', where('rolled-back'), ['rolled back', 'rolled back', 'never begun']],
  ['aborted', where('aborted'), ['passed', 'aborted', 'never begun']],
  [
    'scheduled',
    where('scheduled', { wave: 0, startedAt: null }),
    ['to come', 'to come', 'to come'],
  ],
  ['shadowing', where('shadowing', { wave: 0 }), ['to come', 'to come', 'to come']],
  [
    'aborted before it began',
    where('aborted', { wave: 0, startedAt: null }),
    ['never begun', 'never begun', 'never begun'],
  ],
];

for (const [name, rollout, words] of CASES) {
  t.test(`where each wave is of one that is ${name}`, async (t) => {
    t.same(
      words.map((_, wave) => waveState(rollout, wave).word),
      words,
    );
  });
}

t.test('an order is for where it was seen, whatever devices do meanwhile', async (t) => {
  t.ok(isWhere(where('baking'), where('baking')));
  t.notOk(isWhere(where('baking'), where('baking', { wave: 2 })));
  t.notOk(isWhere(where('baking'), where('rolling')));
});
