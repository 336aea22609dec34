import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { type WorkOptions, work } from '../../../trainer/src/jobs/work.ts';
import { answeringServer, json } from './answering-server.ts';

t.test('an offer that is none touches nothing on the disk', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'edgeloop-work-'));
  t.teardown(() => rm(parent, { recursive: true, force: true }));
  const asked: unknown[] = [];
  const client = await answeringServer(t, ({ url }, response) => {
    asked.push(url);
    json(response, 200, { job: 'a', lease: '../../other', leaseSeconds: 1 });
  });
  const folder = join(parent, 'jobs');
  const progress = { made: () => {}, worksOn: () => {} };
  const options = { client, folder, progress, once: true, say: () => {}, random: () => 0 };
  const ended = work(options as unknown as WorkOptions, new AbortController().signal);
  await t.rejects(ended, {
    code: 'PROTOCOL_MESSAGE_INVALID',
    message: /a lower-case UUID for job/,
  });
  t.same(asked, ['/api/jobs/lease']);
  t.notOk(existsSync(folder));
});
