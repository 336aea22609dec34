import t from 'tap';
import {
  nextRolloutState,
  type RolloutEvent,
  type RolloutState,
} from '../../../../control-plane/src/rollouts/states/rollout-states.ts';

const EVENTS = [
  ...(['approve', 'shadow', 'begin', 'bake', 'advance', 'complete'] as const),
  ...(['pause', 'resume', 'retry', 'abort', 'roll-back', 'end-back'] as const),
] satisfies RolloutEvent[];

/**
 * Every state by every event, in the order above; a dot: nothing happens. A paused one was baking.
 */
const TABLE: Readonly<Record<RolloutState, string>> = {
  'awaiting-approval': 'scheduled . . . . . . . . aborted . .',
  scheduled: '. shadowing rolling . . . paused . . aborted . .',
  shadowing: '. . rolling . . . paused . . aborted rolling-back .',
  rolling: '. . . baking . . paused . rolling aborted rolling-back .',
  baking: '. . . . rolling completed paused . rolling aborted rolling-back .',
  paused: '. . rolling . rolling completed . baking paused aborted rolling-back .',
  completed: '. . . . . . . . . . rolling-back .',
  aborted: '. . . . . . . . . . rolling-back .',
  'rolling-back': '. . . . . . . . . . . rolled-back',
  'rolled-back': '. . . . . . . . . . . .',
};

for (const [state, row] of Object.entries(TABLE)) {
  t.test(`${state}, by every event`, async (t) => {
    const expected = row.split(' ').map((next) => (next === '.' ? null : next));
    t.same(
      EVENTS.map((event) => nextRolloutState(state as RolloutState, event, 'baking')),
      expected,
    );
  });
}

t.test('a paused one goes on where it was', async (t) => {
  for (const from of ['scheduled', 'shadowing', 'rolling', 'baking'] as const) {
    t.equal(nextRolloutState('paused', 'resume', from), from);
  }
});
