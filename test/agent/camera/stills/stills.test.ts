import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { encodeJpeg, readHeader } from '@edgeloop/imaging';
import t from 'tap';
import type { Frame } from '../../../../agent/src/camera/frame.ts';
import { loadLibcamera } from '../../../../agent/src/camera/stills/load-libcamera.ts';
import { fillSource } from '../../../../agent/src/config/fill-source.ts';
import type { StillsConfig } from '../../../../agent/src/config/source-config.ts';
import { firstFrames } from '../stand/first-frames.ts';

const config = fillSource(
  {
    kind: 'stills',
    ...{ camera: 1, interval: '20ms', width: 64, height: 64, rotation: 180, vflip: true },
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
