import { decodeMessage, encodeMessage, type Health, type Sha256 } from '@edgeloop/protocol';
import t from 'tap';
import { lie } from '../../../../agent/src/simulate/behaviour/lie.ts';
import { CAMERA, DeviceCounters } from '../../../../agent/src/simulate/device/device-counters.ts';

const [OLD, NEW] = ['a', 'b'].map((digit) => digit.repeat(64)) as [Sha256, Sha256];

function honest(): Health {
  const counters = new DeviceCounters();
  for (let i = 0; i < 10; i++) {
    const frame = { label: i % 2 ? 'good' : 'bad', score: 0.75, inferenceMillis: 12 };
    counters.count(i < 4 ? OLD : NEW, frame);
  }
  return {
    bootId: '00000000-0000-4000-8000-00000000b007' as Health['bootId'],
    at: '2026-11-26T00:00:00.000Z' as Health['at'],
    uptimeSeconds: 1,
    rssBytes: 1,
    connects: 1,
    cameras: counters.cameras,
    models: counters.models,
    outbox: { rows: 0, bytes: 0, evicted: 0, rejected: 0 },
  };
}
const framesOf = (health: Health, model: Sha256) =>
  Object.values(health.models[model]?.scores ?? {})
    .flat()
    .reduce((sum, count) => sum + count, 0);

t.test('an honest device counts what each of its models did', async (t) => {
  const health = lie(honest(), null, OLD);
  t.same([framesOf(health, OLD), framesOf(health, NEW)], [4, 6]);
  t.match(health.cameras[CAMERA], { captured: 10, classified: 10 });
});

t.test('one that lies of its model counts all under the first', async (t) => {
  const health = lie(honest(), 'model', OLD);
  t.same(Object.keys(health.models), [OLD]);
  t.equal(framesOf(health, OLD), 10);
  t.equal(
    health.models[OLD]?.inferenceMillis.counts.reduce((a, b) => a + b),
    10,
  );
});

t.test('impossible counters are messages all the same', async (t) => {
  const health = lie(honest(), 'counters', OLD);
  t.ok(framesOf(health, NEW) > 1e6);
  t.match(health.cameras[CAMERA], { captured: 0, classified: 10 });
  t.same(decodeMessage('health', encodeMessage('health', health)), health);
});
