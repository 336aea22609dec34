import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { PROGRAMS } from '../../stand/programs.ts';
import {
  type Answer,
  content,
  digest,
  half,
  proper,
  RANGE,
  serve,
} from '../../stand/servers/weights-server.ts';
import { trainer } from '../../stand/trainer/trainer.ts';

const root = await mkdtemp(join(tmpdir(), 'edgeloop-fetch-'));
t.teardown(() => rm(root, { recursive: true }));
process.env.XDG_CACHE_HOME = root;

t.test('the command fetches, is stopped by Ctrl-C, and goes on', async (t) => {
  const stall: Answer = (_request, response) => {
    response.writeHead(200, { 'content-length': content.length, etag: '"one"' });
    response.write(content.subarray(0, half));
  };
  const { url, requests } = await serve(t, stall, proper(content));
  const args = ['weights', 'fetch', '--url', url, '--sha256', digest.slice(0, 12)];
  const child = spawn(process.execPath, [PROGRAMS.trainer, ...args]);
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
    // Twice would end it at once.
    if (/0\.1 of 0\.3 MB/.test(said) && !child.killed) child.kill('SIGINT');
  });
  const [code] = await once(child, 'close');
  t.equal(code, 130);
  t.match(said, /Stopped\. 0\.\d MB are kept at .*partial: the same command goes on/);

  const { status: ended, out, err } = await trainer(...args);
  t.equal(ended, 0, err);
  t.match(out, new RegExp(`SHA-256 ${digest}`));
  t.match(requests.at(-1)?.range, RANGE);
  const target = join(root, 'edgeloop', 'weights', 'weights.pth');
  t.ok((await readFile(target)).equals(content));
  t.match(out, `--init ${target}`);
});

t.test('what the commands refuse, and what they list', async (t) => {
  for (const [args, code, message] of [
    [['weights', 'fetch', 'resnet81'], 45, /Did you mean "resnet18"\?/],
    [
      ['weights', 'fetch', '--url', 'http://127.0.0.1/x'],
      45,
      /--url with http or https and --sha256/,
    ],
    [
      ['weights', 'fetch', '--url', 'file:///x', '--sha256', digest],
      45,
      /--url with http or https/,
    ],
    [['weights', 'fetch', '--sha256', 'xyz'], 45, /Expected a SHA-256 or its first 8/],
    [
      ['fit', root, '--out', `${root}-package`, '--init', 'resnet18'],
      47,
      /Fetch them first: edgeloop-trainer weights fetch resnet18/,
    ],
  ] as const) {
    const { status: got, err } = await trainer(...args);
    t.equal(got, code, err);
    t.match(err, message);
  }
  const before = await trainer('weights', 'list');
  t.match(before.out, /^resnet18 {2}torchvision.*46\.8 MB\n {2}not fetched\n {2}https:/);
  const path = join(root, 'edgeloop', 'weights', 'resnet18-f37072fd.pth');
  await writeFile(path, 'no weights');
  t.match((await trainer('weights', 'list')).out, path);
  const other = await trainer('fit', root, '--out', `${root}-package`, '--init', 'resnet18');
  t.equal(other.status, 48, 'the digest of known weights is pinned');
  const unpinned = await trainer('fit', root, '--out', `${root}-package`, '--init', path);
  t.equal(unpinned.status, 28, 'and their content is looked at');
});
