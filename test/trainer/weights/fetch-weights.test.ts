import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Millis, millis } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { type FetchEvent, fetchWeights } from '../../../trainer/src/weights/fetch-weights.ts';
import { lostByPowerCut, noPowerCut } from '../../stand/machine/lost-by-power-cut.ts';
import {
  type Answer,
  content,
  cut,
  digest,
  half,
  ignoresRanges,
  proper,
  RANGE,
  serve,
  silence,
  sips,
  status,
} from '../../stand/servers/weights-server.ts';

const root = await mkdtemp(join(tmpdir(), 'edgeloop-fetch-'));
t.teardown(() => rm(root, { recursive: true }));

interface More {
  readonly sha256?: string;
  readonly bytes?: number;
  readonly target?: string;
  readonly signal?: AbortSignal;
  /**
   * How long a server may say nothing: long where it says something, however busy the machine is.
   */
  readonly stall?: Millis;
}
/** For servers that fall silent, and are to be asked again. */
const SOON = { stall: millis(1000) };

let count = 0;
function fetchFrom(url: string, more: More = {}) {
  const target = more.target ?? join(root, `${count++}`, 'weights.pth');
  const events: FetchEvent[] = [];
  const done = fetchWeights({
    source: { url, file: 'weights.pth', sha256: more.sha256 ?? digest, bytes: more.bytes ?? null },
    target,
    init: 'resnet18',
    random: () => 0,
    signal: more.signal ?? new AbortController().signal,
    patience: {
      attempts: 3,
      backoff: { base: millis(1), cap: millis(1) },
      stall: more.stall ?? millis(20_000),
    },
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

t.test('what was fetched stays when the power goes then', { skip: noPowerCut }, async (t) => {
  const above = t.testdir({});
  const { url } = await serve(t, proper(content));
  const target = join(above, 'cache', 'weights', 'weights.pth');
  t.same(await lostByPowerCut(above, () => fetchFrom(url, { target }).done), []);
});

for (const [name, answers, ranges, more] of [
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
  ['one that says nothing is asked again', [silence, proper(content)], undefined, SOON],
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
    SOON,
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
] as [string, Answer[], (RegExp | undefined)[] | undefined, More?][]) {
  t.test(name, async (t) => {
    const { url, requests } = await serve(t, ...answers);
    const { target, done } = fetchFrom(url, more);
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
    const { target, done } = fetchFrom(url, answer === silence ? SOON : {});
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
