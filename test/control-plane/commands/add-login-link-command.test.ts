import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { PROGRAMS } from '../../stand/programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'login-link-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const loginLink = (data: string, ...more: string[]) =>
  spawnSync(process.execPath, [PROGRAMS.controlPlane, 'login-link', '--data', data, ...more], {
    encoding: 'utf8',
  });

t.test(
  'whoever has the data folder gets a browser in, as the first token or a person',
  async (t) => {
    const controlPlane = new ControlPlaneProcess(['--data', folder]);
    await controlPlane.start();
    t.teardown(() => controlPlane.kill('SIGTERM'));
    const enter = async (link: string) => {
      const [, code] = /#code=(elc_[\w-]{43})\n$/.exec(link) ?? [];
      const response = await fetch(`http://127.0.0.1:${controlPlane.apiPort}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ code }),
      });
      return { status: response.status, ...((await response.json()) as object) };
    };
    const first = loginLink(folder, '--url', 'http://edge.local:8080');
    t.match(first.stdout, /^http:\/\/edge\.local:8080\/login#code=/);
    t.equal(first.stderr, '');
    t.match(await enter(first.stdout), { status: 201, who: 'token:first', role: 'admin' });
    t.match(await enter(first.stdout), { status: 401 }, 'once');
    await controlPlane.post('/api/people', { name: 'anna', role: 'viewer' });
    const anna = loginLink(folder, '--person', 'anna');
    t.match(anna.stderr, /not at http:\/\/127\.0\.0\.1:8080, name its address: --url/);
    t.match(await enter(anna.stdout), { status: 201, who: 'person:anna', role: 'viewer' });
    t.match(loginLink(folder, '--person', 'nobody'), {
      status: 68,
      stderr: /the name of a person/,
    });
    t.notMatch(controlPlane.stderr, /#code=/, 'nothing of it in the log');
  },
);

t.test('a folder of something else is refused', async (t) => {
  t.match(loginLink(tmpdir()), { status: 65, stderr: /the data folder of a control plane/ });
});
