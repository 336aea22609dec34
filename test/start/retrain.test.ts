import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { ApiClient } from '../../start/src/api-client.ts';
import { showLoop } from '../../start/src/loop/show-loop.ts';
import type { ProcessGroup } from '../../start/src/process-group.ts';

interface Job {
  readonly state: string;
  readonly reason?: string;
}

/** A start's loop before an API that has one job; the trainer leaves it as `becomes` says. */
async function loop(
  t: Test,
  before: Job,
  becomes: Job,
): Promise<{ said: string[]; posts: string[]; tokens: string[] }> {
  let job = before;
  const [said, posts, tokens]: [string[], string[], string[]] = [[], [], []];
  const view = () => ({ job: 'j1', candidate: false, package: null, reason: null, ...job });
  const server = createServer(async (request, response) => {
    const { method, url = '' } = request;
    if (url === '/api/tokens') tokens.push(((await json(request)) as { name: string }).name);
    if (method === 'POST') posts.push(url);
    if (url.endsWith('/retry')) job = { state: 'queued' };
    const isList = url.startsWith('/api/jobs?');
    const answer = url === '/api/tokens' ? { secret: 's' } : isList ? { jobs: [view()] } : view();
    response.end(JSON.stringify(answer));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => server.close());
  const data = mkdtempSync(join(tmpdir(), 'retrain-'));
  t.teardown(() => rmSync(data, { recursive: true, force: true }));
  const group = {
    run: async () => {
      job = becomes;
    },
  } as unknown as ProcessGroup;
  const api = new ApiClient((server.address() as AddressInfo).port, 'token');
  await showLoop({ api, group, data, say: (text) => said.push(text), threads: 1 });
  return { said, posts, tokens };
}

t.test('a training that failed is told as one, and tried again at the next start', async (t) => {
  const failed = { state: 'failed', reason: 'The disk is full.' };
  const { said, posts, tokens } = await loop(t, failed, failed);
  t.equal(said[0], 'The last training failed: The disk is full.');
  t.same(posts, ['/api/jobs/j1/retry', '/api/tokens'], 'and a trainer has its token');
  t.match(tokens, [/^Trainer of npm start, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/]);
  t.match(
    said.at(-1),
    /^The training failed: The disk is full\. The next npm start tries it again/,
  );
});

t.test('so is one that was cancelled', async (t) => {
  const { said } = await loop(t, { state: 'cancelled' }, { state: 'cancelled' });
  t.equal(said[0], 'The last training was cancelled.');
  t.match(said.at(-1), /^The training was cancelled\. The next/);
});

t.test('what the gate refused is not tried again', async (t) => {
  const { said, posts } = await loop(t, { state: 'succeeded' }, { state: 'failed' });
  t.same(said, ['The gate refused the new model: GET /api/jobs/j1 says why.']);
  t.same(posts, []);
});
