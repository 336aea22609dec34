import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parseId } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { uploadPackage } from '../../../trainer/src/jobs/packages.ts';
import { answeringServer, json } from './answering-server.ts';

const file = (path: string, content: string) => ({
  path,
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
});
const MODEL = file('model.int8.onnx', 'a model');
const GOLDEN = file('golden/0.jpg', 'a picture');
const MANIFEST = JSON.stringify({
  format: 1,
  name: 'parts',
  classes: ['good', 'scratch'],
  crop: { resize: 73, crop: 64, kernel: 'linear' },
  variants: {
    int8: {
      file: MODEL,
      tensor: { type: 'uint8', layout: 'NHWC', padding: 3, padValue: [1, 2, 3] },
    },
  },
  golden: {
    cases: [{ image: GOLDEN, cropped: GOLDEN, logits: { int8: [1, -1] } }],
    tolerance: { croppedMean: 1, score: 0.05 },
  },
  lineage: { dataset: 'ef'.repeat(32), recipe: {}, code: {} },
});
const DIGEST = createHash('sha256').update(MANIFEST).digest('hex');
const OFFER = {
  task: parseId('task', 'parts'),
  job: parseId('job', '00000000-0000-4000-8000-000000000000'),
};

/**
 * @param answers to the question for a check, one after another; the last again and again
 * @param missing what the control plane says that it lacks
 */
async function bringing(
  t: Test,
  answers: readonly (string | null)[],
  missing: readonly object[] = [],
) {
  const asked: string[] = [];
  const brought: string[] = [];
  const client = await answeringServer(t, ({ method, url = '' }, response, body) => {
    if (url === '/api/uploads') return json(response, 201, { id: 'a', offset: 0 });
    if (url === '/api/uploads/a') {
      brought.push(body);
      return json(response, 200, { id: 'a', offset: 1_000 });
    }
    asked.push(`${method} ${url.replace(DIGEST, '…')}`);
    if (url === '/api/models') return json(response, 201, { missing });
    const checks = asked.filter((request) => request.endsWith('/complete')).length;
    const code = answers[Math.min(checks, answers.length) - 1];
    if (code) return json(response, 404, { code, detail: 'Expected what was announced.' });
    return json(response, 200, { state: 'registered', refusal: null });
  });
  const folder = join(
    t.testdir({
      'own.pem': 'a key of this machine',
      package: {
        'manifest.json': MANIFEST,
        [MODEL.path]: 'a model',
        golden: { '0.jpg': 'a picture' },
      },
    }),
    'package',
  );
  const retry = { signal: new AbortController().signal, random: () => 0 };
  const offer = { ...OFFER, init: { kind: 'random' } } as const;
  return { asked, brought, ended: uploadPackage(client, folder, offer, retry) };
}

const REFUSED = { code: 'CONTROL_PLANE_REFUSED' };
const ONCE = ['POST /api/models', 'POST /api/models/…/complete'];

t.test('a package that is forgotten after it was announced is announced again', async (t) => {
  for (const code of ['NOT_FOUND', 'MODEL_INCOMPLETE']) {
    const { asked, ended } = await bringing(t, [code, null]);
    await ended;
    t.same(asked, [...ONCE, ...ONCE], code);
  }
  const never = await bringing(t, ['NOT_FOUND']);
  await t.rejects(never.ended, { ...REFUSED, problem: 'NOT_FOUND' });
  t.equal(never.asked.length, 6);
  const refused = await bringing(t, ['SIGNATURE_REFUSED']);
  await t.rejects(refused.ended, { ...REFUSED, problem: 'SIGNATURE_REFUSED' });
  t.same(refused.asked, ONCE, 'what will be refused again is not asked for again');
});

t.test('what is missing is brought, and no other file of the machine', async (t) => {
  const strange = file('../own.pem', 'a key of this machine');
  const wrong = { ...MODEL, path: '../own.pem' };
  const { brought, ended } = await bringing(t, [null], [GOLDEN, strange, wrong]);
  await ended;
  t.same(brought, ['a picture', 'a model']);
});
