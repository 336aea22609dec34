import t from 'tap';
import { ask } from '../../../control-plane/dashboard/src/api/client.ts';
import { mayPass, Problem } from '../../../control-plane/dashboard/src/api/problem.ts';

for (const [type, method, why] of [
  ['application/json', 'GET', /it is asked again/],
  ['application/json', 'POST', /nobody knows whether it was done/],
  ['text/csv', 'GET', /it is asked again/],
] as const) {
  t.test(`an answer as ${type} to ${method} that breaks off is none, and may pass`, async (t) => {
    const body = new ReadableStream({
      start: (out) => out.enqueue(new TextEncoder().encode('{"devices":[')),
      pull: (out) => out.error(new TypeError('network error')),
    });
    const answer = new Response(body, { headers: { 'content-type': type } });
    t.intercept(globalThis, 'fetch', { value: async () => answer });
    const problem = await ask(method, '/api/devices').catch((error) => error);
    t.ok(problem instanceof Problem);
    t.match(problem, { code: 'UNREACHABLE', message: why });
    t.ok(mayPass(problem));
  });
}

t.test('who gives an answer up in its midst is told that, and of no problem', async (t) => {
  const leaving = new AbortController();
  const { signal } = leaving;
  const body = new ReadableStream({
    start: (out) => signal.addEventListener('abort', () => out.error(signal.reason)),
  });
  const answer = new Response(body, { headers: { 'content-type': 'application/json' } });
  t.intercept(globalThis, 'fetch', { value: async () => answer });
  const asking = ask('GET', '/api/devices', { signal });
  setImmediate(() => leaving.abort());
  await t.rejects(asking, { name: 'AbortError' });
});
