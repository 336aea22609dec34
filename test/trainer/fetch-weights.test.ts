import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { millis, seededRandom } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { fetchReport } from '../../trainer/src/weights/fetch-report.ts';
import { type FetchEvent, fetchWeights } from '../../trainer/src/weights/fetch-weights.ts';
import { PROGRAMS } from '../stand/programs.ts';
import { trainer } from '../stand/trainer.ts';

const root = await mkdtemp(join(tmpdir(), 'edgeloop-fetch-'));
t.teardown(() => rm(root, { recursive: true }));
process.env.XDG_CACHE_HOME = root;

const random = seededRandom(1);
const content = Buffer.from(
  Array.from({ length: 300_000 }, () => Math.floor(random.between(0, 256))),
);
const digest = createHash('sha256').update(content).digest('hex');
const half = content.length / 2;

/** It goes on: not from 0. */
const RANGE = /^bytes=[1-9]\d*-$/;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that answers each request by the next of these, and then by the last. */
async function serve(t: Test, ...answers: readonly Answer[]) {
  const requests: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    requests.push(request.headers);
    answer?.(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/weights.pth`,
    requests,
  };
}

/** As a server should: ranges, if it is still the same file. */
const proper =
  (bytes: Buffer, etag = '"one"'): Answer =>
  ({ headers }, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const goesOn = headers['if-range'] === etag && from > 0;
    if (goesOn && from >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
      return;
    }
    const part = goesOn ? bytes.subarray(from) : bytes;
    response.writeHead(goesOn ? 206 : 200, {
      ...{ etag, 'content-length': part.length },
      ...(goesOn && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    response.end(part);
  };
/** Half of the file, and then the connection is gone, when the client had time to read it. */
const cut =
  (etag: string | undefined = '"one"'): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-length': content.length, ...(etag && { etag }) });
    response.write(content.subarray(0, half), () => setTimeout(() => response.destroy(), 50));
  };
/** No more than a sip at a time: each attempt brings a little. */
const sips: Answer = ({ headers }, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200, {
    ...{ etag: '"one"', 'content-length': content.length - from },
    'content-range': `bytes ${from}-${content.length - 1}/${content.length}`,
  });
  const sip = content.subarray(from, from + 40_000);
  response.write(sip, () => setTimeout(() => response.destroy(), 50));
};
const status =
  (code: number): Answer =>
  (_request, response) =>
    response.writeHead(code).end();
const ignoresRanges: Answer = (_request, response) => response.end(content);
const silence: Answer = () => {};

let count = 0;
function fetchFrom(
  url: string,
  more: { sha256?: string; bytes?: number; target?: string; signal?: AbortSignal } = {},
) {
  const target = more.target ?? join(root, `${count++}`, 'weights.pth');
  const events: FetchEvent[] = [];
  const done = fetchWeights({
    source: { url, file: 'weights.pth', sha256: more.sha256 ?? digest, bytes: more.bytes ?? null },
    ...{
      target,
      init: 'resnet18',
      random: () => 0,
      signal: more.signal ?? new AbortController().signal,
    },
    patience: { attempts: 3, backoff: { base: millis(1), cap: millis(1) }, stall: millis(200) },
    report: (event) => events.push(event),
  });
  return { target, events, done };
}

async function holds(t: Test, target: string) {
  t.ok((await readFile(target)).equals(content));
  t.same(await readdir(join(target, '..')), ['weights.pth'], 'nothing is left beside it');
}

t.test('what is there is fetched, once', async (t) => {
  const { url, requests } = await serve(t, proper(content));
  const { target, done, events } = fetchFrom(url, { sha256: digest.slice(0, 8) });
  t.same(await done, { sha256: digest, already: false });
  await holds(t, target);
  t.same(events.at(-1), { kind: 'bytes', received: content.length, total: content.length });
  t.same(await fetchFrom(url, { target }).done, { sha256: digest, already: true });
  t.equal(requests.length, 1);
});

for (const [name, answers, ranges] of [
  ['cut in the middle, it goes on from there', [cut(), proper(content)], [undefined, RANGE]],
  ['cut again and again, it goes on as long as there is more each time', [sips], undefined],
  ['by a server that ignores ranges, it begins again', [cut(), ignoresRanges], [undefined, RANGE]],
  [
    'when the file has changed, it begins again',
    [cut('"old"'), proper(content)],
    [undefined, RANGE],
  ],
  ['with a weak ETag, it begins again', [cut('W/"one"'), proper(content)], [undefined, undefined]],
  ['a server that is busy is asked again', [status(503), status(429), proper(content)], undefined],
  ['one that says nothing is asked again', [silence, proper(content)], undefined],
  [
    'one that stops saying anything goes on',
    [
      (_, response) => {
        response.writeHead(200, { 'content-length': content.length, etag: '"one"' });
        response.write(content.subarray(0, half));
      },
      proper(content),
    ],
    [undefined, RANGE],
  ],
  [
    'ranges of another place are not taken',
    [
      cut(),
      (_, response) =>
        response.writeHead(206, { 'content-range': 'bytes 0-9/10' }).end('0123456789'),
      proper(content),
    ],
    undefined,
  ],
] as [string, Answer[], (RegExp | undefined)[] | undefined][]) {
  t.test(name, async (t) => {
    const { url, requests } = await serve(t, ...answers);
    const { target, done } = fetchFrom(url);
    t.match(await done, { sha256: digest, already: false });
    await holds(t, target);
    if (ranges)
      t.match(
        requests.map(({ range }) => range),
        ranges,
      );
  });
}

t.test('an earlier run goes on; whole but not yet done, it is done', async (t) => {
  const { url, requests } = await serve(t, cut(), status(404), proper(content));
  const { target, done } = fetchFrom(url);
  await t.rejects(done, { code: 'WEIGHTS_UNREACHABLE', message: /received status 404/ });
  await fetchFrom(url, { target }).done;
  await holds(t, target);
  t.match(requests.at(-1)?.range, RANGE);

  const again = fetchFrom(url);
  await rm(join(again.target, '..'), { recursive: true, force: true });
  await again.done.catch(() => {});
  await rm(again.target, { force: true });
  await writeFile(`${again.target}.partial`, content);
  await writeFile(`${again.target}.partial.json`, JSON.stringify({ url, validator: '"one"' }));
  await fetchFrom(url, { target: again.target }).done;
  await holds(t, again.target);
});

t.test('a changed file under an unchanged ETag is noticed, and fetched whole', async (t) => {
  const { url } = await serve(t, cut(), status(404), proper(content));
  const { target, done } = fetchFrom(url);
  await t.rejects(done);
  await writeFile(`${target}.partial`, Buffer.alloc(half));
  await fetchFrom(url, { target }).done;
  await holds(t, target);
});

t.test('other bytes are refused and deleted', async (t) => {
  const { url } = await serve(t, proper(Buffer.from('<html>Please log in</html>')));
  const { target, done } = fetchFrom(url);
  await t.rejects(done, {
    code: 'WEIGHTS_REFUSED',
    message: /Expected SHA-256 .* received .* A proxy/,
  });
  t.same(await readdir(join(target, '..')), []);

  const endless = await serve(t, proper(content));
  const { done: more } = fetchFrom(endless.url, { bytes: 1000 });
  await t.rejects(more, { code: 'WEIGHTS_UNREACHABLE', message: /more than 1000 bytes/ });

  await writeFile(target, 'mine');
  await t.rejects(fetchFrom(url, { target }).done, {
    code: 'WEIGHTS_REFUSED',
    message: /Remove that file/,
  });
  t.equal(await readFile(target, 'utf8'), 'mine', 'a file that was there is left alone');
});

for (const [name, answer, received] of [
  ['is not there', status(404), /received status 404\./],
  ['stays busy', status(503), /received status 503 3 times\./],
  ['says nothing', silence, /received no byte came for too long 3 times\./],
] as const) {
  t.test(`a server that ${name}: what to do is said`, async (t) => {
    const { url } = await serve(t, answer);
    const { target, done } = fetchFrom(url);
    const error = await done.then(
      () => t.fail(),
      (e) => e,
    );
    t.match(error, { code: 'WEIGHTS_UNREACHABLE', exitStatus: 49, message: received });
    t.ok(error.message.includes(`1. download ${url}\n  2. put it at ${target}\n`));
    t.match(
      error.message,
      /3\. run edgeloop-trainer fit <folder> --out <package> --init resnet18$/,
    );
  });
}

t.test('without a network: what to do is said', async (t) => {
  const { target, done } = fetchFrom('http://127.0.0.1:1/weights.pth');
  await t.rejects(done, { code: 'WEIGHTS_UNREACHABLE', message: target });
  await t.rejects(fetchFrom('http://nowhere.invalid/w').done, { message: /ENOTFOUND|EAI_AGAIN/ });
});

t.test('a place that can not be written to is said at once', async (t) => {
  const { url, requests } = await serve(t, proper(content));
  const file = join(root, 'a-file');
  await writeFile(file, '');
  const { done } = fetchFrom(url, { target: join(file, 'weights.pth') });
  await t.rejects(done, { code: 'OPTION_INVALID', message: /--out/ });
  t.equal(requests.length, 1);
});

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
      ['fit', root, '--out', join(root, 'p'), '--init', 'resnet18'],
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
  const other = await trainer('fit', root, '--out', join(root, 'p'), '--init', 'resnet18');
  t.equal(other.status, 48, 'the digest of known weights is pinned');
  const unpinned = await trainer('fit', root, '--out', join(root, 'p'), '--init', path);
  t.equal(unpinned.status, 28, 'and their content is looked at');
});

t.test('progress: a bar on a terminal, a line for each tenth elsewhere', async (t) => {
  const written = (isTTY: boolean, total: number | null) => {
    const lines: string[] = [];
    const report = fetchReport({ isTTY, write: (text: string) => lines.push(text) }, 'w.pth');
    for (let received = 1; received <= 40; received++) {
      report({ kind: 'bytes', received: received * 1e6, total });
    }
    report({ kind: 'again', reason: 'ECONNRESET', wait: millis(1500) });
    return lines;
  };
  const lines = written(false, 40e6);
  t.equal(lines.length, 11);
  t.same(lines.slice(-2), ['w.pth  40.0 of 40.0 MB\n', 'ECONNRESET; again in 1.5 s\n']);
  t.same(written(false, null).slice(0, 2), ['w.pth  8.0 MB\n', 'w.pth  16.0 MB\n']);
  t.match(written(true, 40e6)[19], /^\r.*\[█{12}·{12}\] w\.pth {2}20\.0 of 40\.0 MB$/);
});
