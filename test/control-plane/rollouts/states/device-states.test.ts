import t from 'tap';
import {
  type DeviceEvent,
  type DeviceState,
  nextDeviceState,
} from '../../../../control-plane/src/rollouts/states/device-states.ts';

const EVENTS = [
  ...(['find-done', 'tell', 'progress', 'try', 'commit', 'fail'] as const),
  ...(['expire', 'skip', 'return', 'retry', 'take-back', 'back'] as const),
] satisfies DeviceEvent[];

const MOVING = '. . updating probation done failed late skipped . . rolling-back .';

/** Every state by every event, in the order above; a dot: nothing happens. */
const TABLE: Readonly<Record<DeviceState, string>> = {
  pending: 'done told . . . failed . skipped . . rolling-back .',
  told: MOVING,
  updating: MOVING,
  probation: MOVING,
  late: '. . . . done failed . skipped . . rolling-back .',
  done: '. . . . . failed . skipped . . rolling-back .',
  failed: '. . . . done . . skipped . pending rolling-back .',
  skipped: '. . . . . . . . pending . . .',
  'rolling-back': '. . . . . stranded . skipped . . . rolled-back',
  'rolled-back': '. . . . . . . . . . . .',
  stranded: '. . . . . . . skipped . . rolling-back rolled-back',
};

for (const [state, row] of Object.entries(TABLE)) {
  t.test(`${state}, by every event`, async (t) => {
    const expected = row.split(' ').map((next) => (next === '.' ? null : next));
    t.same(
      EVENTS.map((event) => nextDeviceState(state as DeviceState, event)),
      expected,
    );
  });
}
