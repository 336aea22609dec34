import { ChildError, OnnxError } from '@edgeloop/onnx';
import t from 'tap';
import { TrainerError } from '../../../trainer/src/errors.ts';
import { failureOf } from '../../../trainer/src/jobs/failure-of.ts';
import { Refusal } from '../../../trainer/src/jobs/refusal.ts';

const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
const inEngine = new OnnxError('SESSION_FAILED', full.message, {
  cause: new ChildError('ENOSPC', full.message),
});
for (const [name, error, expected] of [
  [
    'a full disk',
    full,
    { code: 'DISK_FULL', passing: true, message: /room on the trainer's disk/ },
  ],
  ['a full disk while the engine saves', inEngine, { code: 'DISK_FULL', passing: true }],
  ['out of memory', new TrainerError('OUT_OF_MEMORY', 'x'), { passing: true }],
  ['a bad recipe', new TrainerError('OPTION_INVALID', 'x'), { passing: false }],
  ['no network', new Refusal(0, 'NETWORK', 'x'), { code: 'NETWORK', passing: true }],
  ['a refusal', new Refusal(403, 'FORBIDDEN', 'x'), { code: 'FORBIDDEN', passing: false }],
  ['what nobody foresaw', new TypeError('x'), { code: 'UNEXPECTED', passing: true }],
] as const) {
  t.match(failureOf(error), expected, name);
}
