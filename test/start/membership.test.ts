import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { ApiClient } from '../../start/src/api-client.ts';
import { enrolDevice } from '../../start/src/membership.ts';
import type { ProcessGroup } from '../../start/src/process-group.ts';

t.test('a token that lets a device in stands on no command line', async (t) => {
  const state = mkdtempSync(join(tmpdir(), 'state-'));
  t.teardown(() => rmSync(state, { recursive: true, force: true }));
  const runs: Parameters<ProcessGroup['run']>[] = [];
  const names: string[] = [];
  const group = {
    run: async (...run: Parameters<ProcessGroup['run']>) => {
      runs.push(run);
    },
  } as unknown as ProcessGroup;
  const api = {
    url: 'http://127.0.0.1:8080',
    enrolmentToken: async ({ name }: { name: string }) => {
      names.push(name);
      return 'ele_secret';
    },
  } as unknown as ApiClient;
  await enrolDevice(group, api, { device: 'line-1', config: 'agent.yaml', state });
  t.equal(runs.length, 1);
  t.match(names, [/^Device line-1 of npm start, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/]);
  const [name, program, args, , env] = runs[0]!;
  t.match({ name, program }, { name: 'device line-1', program: 'agent' });
  t.notMatch(args.join(' '), 'ele_secret');
  t.same(env, { EDGELOOP_ENROLMENT_TOKEN: 'ele_secret' });
});
