import { type CameraId, epochMillis, millis } from '@edgeloop/protocol';
import t from 'tap';
import type { CameraTurn } from '../../../agent/src/pictures/camera-turn.ts';
import { dueAt, pauseAfter } from '../../../agent/src/pictures/camera-turn.ts';
import { HourlyAllowance } from '../../../agent/src/pictures/hourly-allowance.ts';
import { nextPicture } from '../../../agent/src/pictures/next-picture.ts';
import { judge, sendPicture } from '../../../agent/src/pictures/send-picture.ts';
import { heldBy } from '../../stand/machine/held-by.ts';

/** Times in seconds. */
const turn = (frame: number | null, sent: [number, number] | null, preview: number | null = null) =>
  ({
    frameAt: frame === null ? null : millis(frame * 1000),
    sent: sent && { frameAt: millis(sent[0] * 1000), at: millis(sent[1] * 1000) },
    preview: preview === null ? null : millis(preview * 1000),
  }) satisfies CameraTurn;
const pace = (quietUntil = 0) => ({ every: millis(30_000), quietUntil: millis(quietUntil * 1000) });

t.test('when a camera is due', async (t) => {
  for (const [what, of, quietUntil, seconds] of [
    ['without a frame, never', turn(null, null), 0, null],
    ['its first frame, at once', turn(5, null), 0, 0],
    ['nothing that was sent already', turn(5, [5, 6]), 0, null],
    ['a newer one, after the interval', turn(7, [5, 6]), 0, 36],
    ['later on a slow uplink', turn(7, [5, 6]), 100, 100],
    ['faster while somebody looks', turn(7, [5, 6], 0.5), 0, 6.5],
    ['also on a slow uplink', turn(7, [5, 6], 0.5), 100, 6.5],
  ] as const) {
    const due = dueAt(of, pace(quietUntil));
    t.equal(due === null ? null : due / 1000, seconds, what);
  }
  t.equal(pauseAfter(millis(200)), 1800, 'pictures have a tenth of the time');
});

t.test('what is sent next', async (t) => {
  for (const [what, cameras, thumbnail, quietUntil, expected] of [
    ['nothing', {}, false, 0, { kind: 'wait', until: null }],
    [
      'waits for the first that is due',
      { a: turn(7, [5, 90]), b: turn(7, [5, 80]) },
      false,
      0,
      { kind: 'wait', until: 110_000 },
    ],
    [
      'the one that is due longest',
      { a: turn(7, [5, 50]), b: turn(7, [5, 40]) },
      false,
      0,
      { kind: 'frame', camera: 'b' },
    ],
    ['a thumbnail before last frames', { a: turn(7, null) }, true, 0, { kind: 'thumbnail' }],
    [
      'who looks before thumbnails',
      { a: turn(7, null), b: turn(99, [98, 99], 1) },
      true,
      0,
      { kind: 'frame', camera: 'b' },
    ],
    [
      'on a slow uplink who looks alone',
      { a: turn(7, null), b: turn(99, [98, 99], 2) },
      true,
      200,
      { kind: 'wait', until: 101_000 },
    ],
    ['a thumbnail waits, too', {}, true, 200, { kind: 'wait', until: 200_000 }],
  ] as const) {
    const map = new Map(Object.entries(cameras) as [CameraId, CameraTurn][]);
    t.same(nextPicture(map, thumbnail, pace(quietUntil), millis(100_000)), expected, what);
  }
});

t.test('bytes of an hour are those of any hour', async (t) => {
  const allowance = new HourlyAllowance(100 as never);
  const minutes = (count: number) => millis(count * 60_000);
  allowance.spend(60, minutes(0));
  allowance.spend(30, minutes(50));
  t.equal(allowance.left(minutes(59)), 10);
  t.equal(allowance.left(minutes(60)), 70);
  allowance.spend(200, minutes(60));
  t.equal(allowance.left(minutes(61)), 0);
});

t.test('what follows from an answer', async (t) => {
  for (const [status, headers, expected] of [
    [204, {}, { kind: 'sent' }],
    [401, {}, { kind: 'unauthorized' }],
    [404, {}, { kind: 'later', wait: 3_600_000 }],
    [413, {}, { kind: 'refused' }],
    [422, {}, { kind: 'refused' }],
    [429, { 'retry-after': '2' }, { kind: 'later', wait: 2000 }],
    [503, {}, { kind: 'later', wait: null }],
    [507, {}, { kind: 'later', wait: null }],
  ] as const) {
    t.match(judge({ status, headers, body: '' }, 0 as never), expected, `${status}`);
  }
});

t.test('pictures leave nothing with the signal that ends them', async (t) => {
  const { signal } = new AbortController();
  const at = { now: () => epochMillis(0), signal };
  for (const status of [204, 503]) {
    const client = { send: async () => ({ status, headers: {}, body: '' }) };
    for (let i = 0; i < 20; i++) await sendPicture(client, '/picture', new Uint8Array(1), at);
  }
  t.equal(heldBy(signal), 0);
});
