import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseId } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { uploadPackage } from '../../../trainer/src/jobs/packages.ts';
import { answeringServer, json } from './answering-server.ts';

const MANIFEST = '{}';
const DIGEST = createHash('sha256').update(MANIFEST).digest('hex');
const OFFER = {
  task: parseId('task', 'parts'),
  job: parseId('job', '00000000-0000-4000-8000-000000000000'),
};

/** @param answers to the question for a check, one after another; the last again and again */
async function bringing(t: Test, answers: readonly (string | null)[]) {
  const asked: string[] = [];
  const client = await answeringServer(t, ({ method, url = '' }, response) => {
    asked.push(`${method} ${url.replace(DIGEST, '…')}`);
    if (url === '/api/models') return json(response, 201, { missing: [] });
    const checks = asked.filter((request) => request.endsWith('/complete')).length;
    const code = answers[Math.min(checks, answers.length) - 1];
    if (code) return json(response, 404, { code, detail: 'Expected what was announced.' });
    return json(response, 200, { state: 'registered', refusal: null });
  });
  const folder = t.testdir();
  writeFileSync(join(folder, 'manifest.json'), MANIFEST);
  const retry = { signal: new AbortController().signal, random: () => 0 };
  const offer = { ...OFFER, init: { kind: 'random' } } as const;
  return { asked, brought: uploadPackage(client, folder, offer, retry) };
}

const REFUSED = { code: 'CONTROL_PLANE_REFUSED' };
const ONCE = ['POST /api/models', 'POST /api/models/…/complete'];

t.test('a package that is forgotten after it was announced is announced again', async (t) => {
  for (const code of ['NOT_FOUND', 'MODEL_INCOMPLETE']) {
    const { asked, brought } = await bringing(t, [code, null]);
    await brought;
    t.same(asked, [...ONCE, ...ONCE], code);
  }
  const never = await bringing(t, ['NOT_FOUND']);
  await t.rejects(never.brought, { ...REFUSED, problem: 'NOT_FOUND' });
  t.equal(never.asked.length, 6);
  const refused = await bringing(t, ['SIGNATURE_REFUSED']);
  await t.rejects(refused.brought, { ...REFUSED, problem: 'SIGNATURE_REFUSED' });
  t.same(refused.asked, ONCE, 'what will be refused again is not asked for again');
});
