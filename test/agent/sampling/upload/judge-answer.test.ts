import { epochMillis } from '@edgeloop/protocol';
import t from 'tap';
import { judgeAnswer, type Step } from '../../../../agent/src/sampling/upload/judge-answer.ts';
import { parseRetryAfter } from '../../../../agent/src/server/retry-after.ts';

const NOW = epochMillis(Date.UTC(2026, 10, 24));
const UPLOAD = '/api/device/samples/1';
const begin: Step = { kind: 'begin' };
const find: Step = { kind: 'find', upload: UPLOAD };
const append: Step = { kind: 'append', upload: UPLOAD, offset: 0 };
const next = (step: Step) => ({ kind: 'next', step });
const at = (offset: number) => next({ kind: 'append', upload: UPLOAD, offset });
const problem = (code: string) => JSON.stringify({ code, detail: 'because' });

for (const [what, step, status, headers, body, verdict] of [
  ['begun', begin, 201, {}, { upload: UPLOAD, offset: 0 }, at(0)],
  ['begun before', begin, 200, {}, { upload: UPLOAD, offset: 70 }, at(70)],
  ['all there but the check', begin, 200, {}, { upload: UPLOAD, offset: 100 }, at(100)],
  ['known', begin, 200, {}, { complete: true }, { kind: 'complete' }],
  ['not our server', begin, 200, {}, '<html>', { kind: 'later', wait: null }],
  ['a wrong offset', begin, 200, {}, { upload: UPLOAD, offset: 101 }, { kind: 'later' }],
  ['no such route', begin, 404, {}, '', { kind: 'later', wait: null }],
  ['a bad record', begin, 400, {}, problem('X'), { kind: 'refused', reason: /400: because/ }],
  ['found', find, 200, { 'upload-offset': '33' }, '', at(33)],
  ['found without an offset', find, 200, {}, '', { kind: 'later' }],
  ['gone', find, 404, {}, '', next(begin)],
  ['a conflict while finding', find, 409, {}, '', { kind: 'later' }],
  ['all of it', append, 204, { 'upload-offset': '100' }, '', { kind: 'complete' }],
  ['a part of it', append, 204, { 'upload-offset': '60' }, '', at(60)],
  ['more than there is', append, 204, { 'upload-offset': '160' }, '', { kind: 'later' }],
  ['no offset', append, 204, { 'upload-offset': '1e2' }, '', { kind: 'later' }],
  ['the wrong offset', append, 409, {}, '', next(find)],
  ['gone meanwhile', append, 410, {}, '', next(begin)],
  ['another digest', append, 422, {}, problem('DIGEST_MISMATCH'), next(begin)],
  ['no picture', append, 422, {}, problem('IMAGE_UNREADABLE'), { kind: 'refused' }],
  ['too large', append, 413, {}, '', { kind: 'refused' }],
  ['too large now', append, 413, { 'retry-after': '60' }, '', { kind: 'later', wait: 60_000 }],
  ['too many', begin, 429, { 'retry-after': '7' }, '', { kind: 'later', wait: 7_000 }],
  ['a full disk', append, 507, { 'retry-after': '600' }, '', { kind: 'later', wait: 600_000 }],
  ['a fault', append, 500, {}, '', { kind: 'later', wait: null }],
  ['a redirect', begin, 302, { location: 'http://elsewhere' }, '', { kind: 'later' }],
  ['a wrong password', begin, 401, {}, '', { kind: 'unauthorized' }],
  ['a revoked device', append, 403, {}, problem('X'), { kind: 'unauthorized' }],
] as const) {
  t.test(`${step.kind}: ${what} (${status})`, async (t) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    t.match(judgeAnswer(step, 100, { status, headers, body: text }, NOW), verdict);
  });
}

t.test('what the server says to do is told in full, within a bound', async (t) => {
  const reasonOf = (detail: string) =>
    judgeAnswer(begin, 100, { status: 404, headers: {}, body: JSON.stringify({ detail }) }, NOW);
  const known = `${'Expected a task. '.repeat(14)}Register the model.`;
  t.match(reasonOf(known), { kind: 'later', reason: `the server answered 404: ${known}` });
  t.match(reasonOf('x'.repeat(10_000)), { reason: /^the server answered 404: x{400}$/ });
});

for (const [header, wait] of [
  [undefined, null],
  ['120', 120_000],
  [' 0 ', 0],
  ['Tue, 24 Nov 2026 00:01:00 GMT', 60_000],
  ['Mon, 23 Nov 2026 00:01:00 GMT', 0],
  ['999999999', 86_400_000],
  ['soon', null],
  ['-5', null],
] as const) {
  t.test(`Retry-After: ${header} is ${wait} ms`, async (t) => {
    t.equal(parseRetryAfter(header, NOW), wait);
  });
}
