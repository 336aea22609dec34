import { epochMillis, type Sha256, type UpdateState } from '@edgeloop/protocol';
import t from 'tap';
import {
  isFetched,
  isOver,
  type ShadowEvent,
  type ShadowRecord,
  stepShadow,
} from '../../../agent/src/shadow/shadow-record.ts';
import { MIDNIGHT, MODEL } from '../../stand/fleet/messages.ts';

const reason = { code: 'NO', message: 'no' };
const assignment = { model: MODEL as Sha256, generation: 3 };
const assigned: ShadowEvent = { kind: 'assigned', assignment };
const rejected: ShadowEvent = { kind: 'rejected', assignment, reason };
const kinds = (...all: ('downloading' | 'verifying' | 'testing' | 'answered' | 'ran well')[]) =>
  all.map((kind): ShadowEvent => ({ kind }));
const run = (events: readonly ShadowEvent[]) =>
  events.reduce<ShadowRecord | null>(
    (record, event) => stepShadow(record, event, epochMillis(MIDNIGHT)),
    null,
  );

const WHOLE = [assigned, ...kinds('downloading', 'verifying', 'testing', 'answered')];
const failed: ShadowEvent = { kind: 'failed', reason };
const fourMore = kinds('testing', 'testing', 'testing', 'testing');
const CASES: readonly (readonly [string, readonly ShadowEvent[], UpdateState, number])[] = [
  ['assigned', [assigned], 'waiting', 0],
  ['no assignment that counts', [rejected], 'refused', 0],
  ['refused, and assigned again', [rejected, assigned], 'waiting', 0],
  ['on its way', [assigned, ...kinds('downloading')], 'downloading', 0],
  ['it runs', WHOLE, 'committed', 1],
  ['to be tried again', [assigned, { kind: 'passing', reason }], 'waiting', 0],
  ['it can not', [...WHOLE, failed], 'failed', 1],
  ['what is over stays over', [...WHOLE, failed, ...kinds('testing', 'answered')], 'failed', 1],
  ['over, and another is assigned', [...WHOLE, failed, assigned], 'waiting', 0],
  ['started five times', [...WHOLE, ...fourMore], 'testing', 5],
  ['started six times', [...WHOLE, ...fourMore, ...kinds('testing')], 'failed', 5],
  ['a good while between', [...WHOLE, ...fourMore, ...kinds('ran well', 'testing')], 'testing', 1],
];
for (const [name, events, state, attempts] of CASES) {
  t.test(name, async (t) => {
    const record = run(events);
    t.match(record, { ...assignment, state, attempts });
    t.equal(record !== null && isOver(record), state === 'failed' || state === 'refused');
  });
}

t.test('a reason goes with what it was the reason for', async (t) => {
  t.same(run([assigned, { kind: 'passing', reason }])?.reason, reason);
  t.notOk(run([assigned, { kind: 'passing', reason }, ...kinds('downloading')])?.reason);
});

t.test('only what was verified is started without a server', async (t) => {
  const states = WHOLE.map((_, i) => run(WHOLE.slice(0, i + 1)) as ShadowRecord);
  t.same(
    states.filter(isFetched).map(({ state }) => state),
    ['testing', 'committed'],
  );
});

t.test('nothing is made of nothing', async (t) => {
  t.equal(run(kinds('testing')), null);
});
