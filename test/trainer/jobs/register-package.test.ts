import { parseId } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { registerPackage } from '../../../trainer/src/jobs/register-package.ts';
import { answeringServer, json } from './answering-server.ts';

const DIGEST = parseId('sha256', 'a'.repeat(64));

type Answer = 'no answer' | 'conflict' | 'broken' | { state: string; code?: string };

/** Registers at a server that gives these answers, one for each request, in their order. */
async function registering(t: Test, answers: readonly (readonly [request: string, Answer])[]) {
  const asked: string[] = [];
  const client = await answeringServer(t, ({ method, url = '' }, response) => {
    asked.push(`${method} ${url.replace(`/api/models/${DIGEST}`, '')}`.trim());
    const answer = answers[asked.length - 1]?.[1] ?? 'no answer';
    if (answer === 'no answer') return void response.destroy();
    if (answer === 'conflict') {
      const detail = 'Expected a model that is not being checked. Ask for its state.';
      return json(response, 409, { code: 'CONFLICT', detail });
    }
    if (answer === 'broken') return json(response, 500, { code: 'STORE_FAILED', detail: 'x' });
    const { state, code } = answer;
    json(response, 200, { state, refusal: code ? { code, message: 'It took too long.' } : null });
  });
  const told: string[] = [];
  const registered = registerPackage(client, DIGEST, {
    signal: new AbortController().signal,
    random: () => 0,
    onFailure: ({ message }) => told.push(message),
  });
  await registered.catch(() => {});
  t.same(
    asked,
    answers.map(([request]) => request),
  );
  return { registered, told };
}

const COMPLETE = 'POST /complete';
const REFUSED = { code: 'CONTROL_PLANE_REFUSED' };

t.test('a check whose answer was lost is waited for', async (t) => {
  const { registered, told } = await registering(t, [
    [COMPLETE, 'no answer'],
    [COMPLETE, 'conflict'],
    ['GET', { state: 'checking' }],
    ['GET', { state: 'registered' }],
  ]);
  await registered;
  t.equal(told.length, 1, 'the connection that broke');
});

t.test('a check that was given up meanwhile is asked for anew', async (t) => {
  const { registered } = await registering(t, [
    [COMPLETE, 'conflict'],
    ['GET', { state: 'announced' }],
    [COMPLETE, 'broken'],
    [COMPLETE, { state: 'registered' }],
  ]);
  await registered;
});

t.test('a machine that was busy checks again, and then another attempt may', async (t) => {
  const slow = { state: 'refused', code: 'TOO_SLOW' };
  const again = await registering(t, [
    [COMPLETE, slow],
    [COMPLETE, { state: 'registered' }],
  ]);
  await again.registered;
  t.match(again.told, [/it is refused: It took too long/]);

  const crashed = { state: 'refused', code: 'CRASHED' };
  const never = await registering(t, [
    [COMPLETE, slow],
    [COMPLETE, crashed],
    [COMPLETE, slow],
  ]);
  await t.rejects(never.registered, { ...REFUSED, problem: 'TOO_SLOW', passing: true });
});

t.test('a model that is none is refused at once, for good', async (t) => {
  for (const [code, answer] of [
    ['GOLDEN_FAILED', { state: 'refused', code: 'GOLDEN_FAILED' }],
    ['MODEL_REFUSED', { state: 'refused' }],
  ] as const) {
    const { registered } = await registering(t, [[COMPLETE, answer]]);
    await t.rejects(registered, { ...REFUSED, problem: code, passing: false });
  }
});
