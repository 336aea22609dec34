import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { encodeJpeg, readHeader } from '@edgeloop/imaging';
import t from 'tap';
import { createSource } from '../../../../agent/src/camera/create-source.ts';
import type { Frame } from '../../../../agent/src/camera/frame.ts';
import { loadLibcamera } from '../../../../agent/src/camera/stills/load-libcamera.ts';
import { fillSource } from '../../../../agent/src/config/fill-source.ts';
import type { StillsConfig } from '../../../../agent/src/config/source-config.ts';
import { until } from '../../../stand/until.ts';
import { clock, firstFrames } from '../stand/first-frames.ts';

const config = fillSource(
  {
    kind: 'stills',
    camera: 1,
    interval: '20ms',
    width: 64,
    height: 64,
    rotation: 180,
    vflip: true,
    tuning: { ev: -1.5, awb: 'indoor', awbGains: { red: 1.5, blue: 2 } },
  },
  '/',
) as StillsConfig;

/** A folder that is first on PATH, with a program that stands for libcamera-jpeg. */
async function programs(t: { teardown(remove: () => Promise<void>): void }) {
  const folder = await mkdtemp(join(tmpdir(), 'libcamera-'));
  const path = process.env.PATH ?? '';
  t.teardown(async () => {
    process.env.PATH = path;
    await rm(folder, { recursive: true, force: true });
  });
  process.env.PATH = `${folder}${delimiter}${path}`;
  return {
    folder,
    async write(script: string) {
      await writeFile(join(folder, 'libcamera-jpeg'), `#!/bin/sh\n${script}\n`);
      await chmod(join(folder, 'libcamera-jpeg'), 0o755);
    },
  };
}

t.test('pictures by the package, one after the other', async (t) => {
  const { folder, write } = await programs(t);
  const pixels = { width: 64, height: 64, data: new Uint8Array(3 * 64 * 64).fill(90) };
  await writeFile(join(folder, 'picture.jpg'), await encodeJpeg(pixels, 90));
  await write(`echo "$*" >> '${folder}/starts'\ncp '${folder}/picture.jpg' "$2"`);
  const frames = await firstFrames(config, 2);
  t.equal(frames.length, 2);
  const { image } = frames[1] as Frame;
  t.match(image.kind === 'encoded' && (await readHeader(image.bytes)), { width: 64, height: 64 });
  const [start = ''] = (await readFile(join(folder, 'starts'), 'utf8')).split('\n');
  t.match(
    start,
    /^--output \S+still\.jpg --timeout 1000 --nopreview --camera 1 --width 64 --height 64 --quality 90 --rotation 180 --vflip --ev -1\.5 --awb indoor --awbgains 1\.5,2$/,
  );
});

/** What stands in the file is a picture without its masks. */
t.test('a picture is in memory, and gone as soon as it was read', async (t) => {
  const { folder, write } = await programs(t);
  await write(`echo "$2" >> '${folder}/paths'\necho picture > "$2"`);
  const left: string[][] = [];
  const stop = new AbortController();
  const path = async () => (await readFile(join(folder, 'paths'), 'utf8')).split('\n')[0] ?? '';
  const sink = {
    async frame() {
      left.push(await readdir(dirname(await path())));
      stop.abort();
    },
    unreadable: () => {},
  };
  await createSource(config, clock).run(sink, stop.signal);
  t.same(left, [[]], 'not for the whole interval');
  t.notOk(existsSync(dirname(await path())));
  if (existsSync('/dev/shm')) t.match(await path(), /^\/dev\/shm\//);
});

t.test('a program that hangs is ended, and so is one that a killed agent left', async (t) => {
  const { folder, write } = await programs(t);
  // Deaf to SIGTERM, as one that waits for a camera.
  await write(`echo half > "$2"; echo "$$ $2" > '${folder}/start'; kill -STOP $$`);
  const start = async () => {
    const file = join(folder, 'start');
    const read = () => readFile(file, 'utf8').catch(() => '');
    await until(async () => (await read()).endsWith('\n'));
    const [pid = '', path = ''] = (await read()).trim().split(' ');
    await rm(file);
    const line = `/proc/${pid}/cmdline`;
    // One that nobody has waited for yet has none.
    return { runs: () => existsSync(line) && readFileSync(line).length > 0, path };
  };
  const sink = { frame: async () => {}, unreadable: () => {} };
  const stop = new AbortController();
  t.teardown(() => stop.abort());
  // It does not end its program, as one that is killed does not.
  const killed = t.rejects(createSource(config, clock).run(sink, new AbortController().signal));
  const first = await start();
  t.ok(first.runs());
  const running = createSource(config, clock).run(sink, stop.signal);
  const second = await start();
  t.same([first.runs(), existsSync(dirname(first.path))], [false, false], 'by the next');
  await killed;
  stop.abort();
  await running;
  t.same([second.runs(), existsSync(dirname(second.path))], [false, false], 'when it is stopped');
});

for (const [name, script, error] of [
  [
    'no camera',
    'echo "ERROR: *** no cameras available ***" >&2; exit 255',
    { code: 'SOURCE_ABSENT', message: /no cameras available/ },
  ],
  ['no picture', 'exit 0', { code: 'SOURCE_FAILED', message: /ENOENT/ }],
  [
    'no program',
    'echo "sh: 1: libcamera-jpeg: not found" >&2; exit 127',
    { code: 'SOURCE_FAILED', message: /install rpicam-apps-lite.*use kind: rpicam/ },
  ],
] as const) {
  t.test(`${name} is told`, async (t) => {
    const { write } = await programs(t);
    await write(script);
    await t.rejects(firstFrames(config, 1), error);
  });
}

t.test('without the package it is told what to install', async (t) => {
  const missing = 'node-libcamera-that-nobody-installed';
  await t.rejects(
    loadLibcamera(() => import(missing)),
    { code: 'SOURCE_FAILED', message: /npm install node-libcamera; or use kind: rpicam/ },
  );
});
