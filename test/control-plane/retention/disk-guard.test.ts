import { tmpdir } from 'node:os';
import { bytes, seconds } from '@edgeloop/protocol';
import pino from 'pino';
import t from 'tap';
import { DiskGuard } from '../../../control-plane/src/retention/disk-guard.ts';

for (const [name, marks, state, problem] of [
  ['room', { samples: 1, detections: 1 }, 'room', null],
  [
    'too little for samples',
    { samples: 1e18, detections: 1 },
    'no-samples',
    /samples and models are refused/,
  ],
  ['too little for anything', { samples: 1e18, detections: 1e18 }, 'full', /nothing is stored/],
] as const) {
  t.test(`a real disk with ${name}`, async (t) => {
    const changes: string[] = [];
    const guard = new DiskGuard({
      folder: tmpdir(),
      every: seconds(60),
      log: pino({ level: 'silent' }),
      marks: { samples: bytes(marks.samples), detections: bytes(marks.detections) },
      onChange: (to) => changes.push(to),
    });
    await guard.start();
    guard.close();
    t.equal(guard.state, state);
    t.ok(guard.free > 0);
    t.same(changes, state === 'room' ? [] : [state]);
    if (problem) t.match(guard.problem, problem);
    else t.equal(guard.problem, null);
  });
}
