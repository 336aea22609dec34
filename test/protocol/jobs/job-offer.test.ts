import t from 'tap';
import { parseJobOffer } from '../../../protocol/src/jobs/job-offer.ts';

const UUID = '00000000-0000-4000-8000-000000000000';
const SHA256 = 'ab'.repeat(32);
const OFFER = {
  job: UUID,
  lease: UUID,
  leaseSeconds: 60,
  attempt: 1,
  task: 'parts',
  dataset: { version: 1, fingerprint: SHA256 },
  recipe: {},
  init: { kind: 'random' },
  champion: null,
  checkpoint: [{ path: 'best-3.safetensors', sha256: SHA256, bytes: 1 }],
};

t.test('an offer is taken, also one of a newer control plane', (t) => {
  for (const offer of [OFFER, { ...OFFER, more: 1 }, { ...OFFER, recipe: { epochs: 'many' } }]) {
    t.equal(parseJobOffer(offer), offer);
  }
  t.end();
});

t.test('an offer whose ids or paths would be names of other files is none', (t) => {
  const checkpoint = [{ path: '../../.profile', sha256: SHA256, bytes: 1 }];
  for (const [offer, message] of [
    [{ ...OFFER, lease: '../../..' }, /expected a lower-case UUID for lease, received "/],
    [{ ...OFFER, job: '../tokens' }, /for job/],
    [{ ...OFFER, task: 'Parts' }, /for task/],
    [{ ...OFFER, champion: '..' }, /for champion/],
    [{ ...OFFER, init: { kind: 'model', package: '../x' } }, /for init\.package/],
    [{ ...OFFER, checkpoint }, /for checkpoint/],
    [{}, /for job, received nothing/],
    [[], /for the whole/],
  ] as const) {
    t.throws(() => parseJobOffer(offer), { code: 'PROTOCOL_MESSAGE_INVALID', message });
  }
  t.end();
});
