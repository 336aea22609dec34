import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { epochMillis, millis } from '@edgeloop/protocol';
import t from 'tap';
import { DirectorySource } from '../../../agent/src/camera/directory-source.ts';
import type { CameraSource, Frame, FrameSink } from '../../../agent/src/camera/frame.ts';
import { fileProgram } from '../../../agent/src/camera/program/file-program.ts';
import { ProgramSource } from '../../../agent/src/camera/program/program-source.ts';
import { SupervisedSource } from '../../../agent/src/camera/supervised-source.ts';
import { SyntheticSource } from '../../../agent/src/camera/synthetic-source.ts';

const clock = {
  now: () => epochMillis(Date.now()),
  monotonic: () => millis(performance.now()),
};
const ffmpegMissing =
  process.env.CI !== 'true' &&
  spawnSync('sh', ['-c', 'command -v ffmpeg']).status !== 0 &&
  'needs ffmpeg';

/** Collects frames, and stops the source after `limit`. */
function collector(limit = Number.POSITIVE_INFINITY) {
  const frames: Frame[] = [];
  const unreadable: string[] = [];
  const stop = new AbortController();
  const sink: FrameSink = {
    frame: async (frame) => {
      frames.push(frame);
      if (frames.length >= limit) stop.abort();
    },
    unreadable: (name) => unreadable.push(name),
  };
  return { frames, unreadable, sink, signal: stop.signal, stop };
}

function folder(t: { teardown(remove: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), 'source-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const directory = (path: string, loop = false) =>
  new DirectorySource({ kind: 'directory', path, interval: millis(1), loop, pace: 'every' }, clock);

t.test('a directory shows its pictures sorted, once', async (t) => {
  const path = folder(t);
  mkdirSync(join(path, 'sub'));
  mkdirSync(join(path, 'unreadable.png'));
  for (const name of ['b.jpg', 'a.PNG', 'notes.txt', 'sub/c.webp']) {
    writeFileSync(join(path, name), name);
  }
  const { frames, unreadable, sink, signal } = collector();
  await directory(path).run(sink, signal);
  t.same(
    frames.map(({ name }) => name),
    ['a.PNG', 'b.jpg', 'sub/c.webp'],
  );
  t.same(unreadable, ['unreadable.png']);
});

t.test('a directory can begin again at its end', async (t) => {
  const path = folder(t);
  for (const name of ['a.jpg', 'b.jpg']) writeFileSync(join(path, name), name);
  const { frames, sink, signal } = collector(5);
  await directory(path, true).run(sink, signal);
  t.same(
    frames.map(({ name }) => name),
    ['a.jpg', 'b.jpg', 'a.jpg', 'b.jpg', 'a.jpg'],
  );
});

t.test('a directory that is empty or missing fails with its path', async (t) => {
  const path = folder(t);
  const { sink, signal } = collector();
  await t.rejects(directory(path).run(sink, signal), { code: 'SOURCE_FAILED', message: path });
  await t.rejects(directory(join(path, 'no')).run(sink, signal), { message: /Expected a folder/ });
});

t.test('the synthetic camera shows the belt', async (t) => {
  const { frames, sink, signal } = collector(3);
  const config = { kind: 'synthetic', seed: 3, lighting: 'standard', pace: 'realtime' } as const;
  const endless = { ...config, interval: millis(10), frames: null };
  await new SyntheticSource(endless, clock).run(sink, signal);
  t.match(
    frames.map(({ image }) => image),
    [
      { kind: 'raw', width: 320, height: 240 },
      { kind: 'raw', width: 320, height: 240 },
      { kind: 'raw', width: 320, height: 240 },
    ],
  );
});

t.test('the synthetic camera ends after so many frames', async (t) => {
  const { frames, sink, signal } = collector(100);
  const config = { kind: 'synthetic', seed: 3, lighting: 'dusk', pace: 'every' } as const;
  const five = { ...config, interval: millis(10), frames: 5 };
  await new SyntheticSource(five, clock).run(sink, signal);
  t.equal(frames.length, 5);
});

t.test('a video gives every frame once, as it is', { skip: ffmpegMissing }, async (t) => {
  const path = join(folder(t), 'two: colours.avi');
  const made = spawnSync('ffmpeg', [
    ...['-loglevel', 'error', '-f', 'lavfi', '-i', 'color=red:size=64x48:rate=10:duration=2'],
    ...['-c:v', 'ffv1', '-pix_fmt', 'bgr0', `file:${path}`],
  ]);
  t.equal(made.status, 0, made.stderr.toString());
  const { frames, sink, signal } = collector();
  const config = { kind: 'file', path, loop: false, frameRate: null, pace: 'every' } as const;
  await new ProgramSource(fileProgram(config), clock).run(sink, signal);
  t.equal(frames.length, 20);
  for (const { image } of frames) {
    t.match(image, { kind: 'raw', width: 64, height: 48 });
    if (image.kind === 'raw') t.ok((image.data[0] ?? 0) > 250 && image.data[1] === 0, 'red');
  }
  const some = collector(3);
  await new ProgramSource(fileProgram({ ...config, loop: true }), clock).run(
    some.sink,
    some.signal,
  );
  t.equal(some.frames.length, 3, 'a loop ends when it is told to');
});

t.test(
  'a video that is none, and a missing ffmpeg, are reported',
  { skip: ffmpegMissing },
  async (t) => {
    const path = join(folder(t), 'video.mp4');
    writeFileSync(path, 'this is no video');
    const { sink, signal } = collector();
    const config = { kind: 'file', path, loop: false, frameRate: null, pace: 'every' } as const;
    await t.rejects(new ProgramSource(fileProgram(config), clock).run(sink, signal), {
      code: 'SOURCE_FAILED',
      message: /video\.mp4.*Invalid data/s,
    });
    const missing = { ...fileProgram(config), names: ['no-such-ffmpeg'] };
    await t.rejects(new ProgramSource(missing, clock).run(sink, signal), {
      code: 'SOURCE_FAILED',
      message: /found none: install ffmpeg/,
    });
  },
);

/** A source that does at each run what its turn says. */
function scripted(...runs: ((sink: FrameSink, signal: AbortSignal) => Promise<void>)[]) {
  let run = 0;
  const source: CameraSource = {
    description: 'scripted',
    run: (sink, signal) => runs[run++]?.(sink, signal) ?? Promise.resolve(),
  };
  return source;
}

const frame: Frame = {
  image: { kind: 'encoded', bytes: new Uint8Array() },
  capturedAt: epochMillis(0),
  monotonic: millis(0),
};
const silence = (_sink: FrameSink, signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));

t.test('a source that falls silent or fails is started again until it finishes', async (t) => {
  const codes: string[] = [];
  const source = scripted(
    silence,
    () => Promise.reject(new Error('the cable came off')),
    (sink) => sink.frame(frame),
  );
  const supervised = new SupervisedSource(source, {
    noFrameTimeout: millis(30),
    backoff: { base: millis(1), cap: millis(5) },
    random: () => 1,
    onRestart: ({ code }) => codes.push(code),
  });
  const { frames, sink, signal } = collector();
  await supervised.run(sink, signal);
  t.same(codes, ['SOURCE_SILENT', 'SOURCE_FAILED']);
  t.equal(frames.length, 1);
});

t.test('a source that waits until its frame is handled is not silent', async (t) => {
  const restarts: string[] = [];
  const supervised = new SupervisedSource(
    scripted((sink) => sink.frame(frame)),
    {
      noFrameTimeout: millis(20),
      random: () => 1,
      onRestart: ({ code }) => restarts.push(code),
    },
  );
  const slow: FrameSink = { frame: async () => void (await delay(100)), unreadable: () => {} };
  await supervised.run(slow, new AbortController().signal);
  t.same(restarts, []);
});
