import { type EpochMillis, parseId, seconds } from '@edgeloop/protocol';
import t from 'tap';
import { RefusedDevices } from '../../../control-plane/src/ingest/refused-devices.ts';

const of = (name: 'health' | 'detections' | 'tombstones', device = 'pi-1') => ({
  name,
  device: parseId('device', device),
});

t.test('of a device one kind rests for a while, and nothing else', async (t) => {
  let now = 1_000_000;
  const refused = new RefusedDevices(seconds(30), () => now as EpochMillis);
  t.notOk(refused.rests(of('health')));
  refused.refuse(of('health'));
  t.ok(refused.rests(of('health')));
  t.notOk(refused.rests(of('detections')), 'another kind');
  t.notOk(refused.rests(of('health', 'pi-2')), 'another device');
  now += 30_000;
  t.notOk(refused.rests(of('health')), 'the time is over');
});

t.test('detections and tombstones are one stream', async (t) => {
  const refused = new RefusedDevices(seconds(30), () => 0 as EpochMillis);
  refused.refuse(of('detections'));
  t.ok(refused.rests(of('tombstones')));
});

t.test(
  'a clock that is set back silences nobody; of too many the oldest is forgotten',
  async (t) => {
    let now = 1_000_000;
    const refused = new RefusedDevices(seconds(30), () => now as EpochMillis);
    refused.refuse(of('health'));
    now = 0;
    t.notOk(refused.rests(of('health')));
    now = 1_000_000;
    for (let i = 0; i < 10_000; i++) refused.refuse(of('health', `other-${i}`));
    t.notOk(refused.rests(of('health')));
    t.ok(refused.rests(of('health', 'other-0')));
  },
);
