import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { millis } from '@edgeloop/protocol';
import t from 'tap';
import { createSource } from '../../../../agent/src/camera/create-source.ts';
import type { Frame } from '../../../../agent/src/camera/frame.ts';
import { rtspProgram } from '../../../../agent/src/camera/program/rtsp-program.ts';
import { v4l2Program } from '../../../../agent/src/camera/program/v4l2-program.ts';
import { SupervisedSource } from '../../../../agent/src/camera/supervised-source.ts';
import { fillSource } from '../../../../agent/src/config/fill-source.ts';
import type { RtspConfig, V4l2Config } from '../../../../agent/src/config/source-config.ts';
import type { AgentError } from '../../../../agent/src/errors.ts';
import { RtspServer } from '../../../stand/agent/rtsp-server.ts';
import { clock } from '../stand/first-frames.ts';

const skip =
  process.env.CI !== 'true' &&
  spawnSync('sh', ['-c', 'command -v ffmpeg']).status !== 0 &&
  'needs ffmpeg';

const v4l2 = (file: object) => fillSource({ kind: 'v4l2', ...file }, '/etc') as V4l2Config;
const rtsp = (url: string, file: object = {}) =>
  fillSource({ kind: 'rtsp', url, ...file }, '/etc') as RtspConfig;
/** Between what every use of ffmpeg begins and ends with. */
const input = (args: readonly string[]) =>
  args.slice(args.indexOf('-nostdin') + 1, args.indexOf('-an'));

for (const [name, file, args] of [
  [
    'nothing',
    {},
    ['-f', 'v4l2', '-framerate', '10', '-video_size', '640x480', '-i', '/dev/video0'],
  ],
  [
    'all of it',
    {
      device: '/dev/v4l/by-id/usb-cam',
      width: 1280,
      height: 720,
      frameRate: 7.5,
      inputFormat: 'mjpeg',
    },
    [
      ...['-f', 'v4l2', '-framerate', '7.5', '-video_size', '1280x720'],
      ...['-input_format', 'mjpeg', '-i', '/dev/v4l/by-id/usb-cam'],
    ],
  ],
] as const) {
  t.test(`the command line of v4l2: ${name}`, async (t) => {
    t.same(input(v4l2Program(v4l2(file)).args), args);
  });
}

t.test('the command line of rtsp', async (t) => {
  const url = 'rtsp://eve:secret@camera.lan/stream?channel=1';
  const program = rtspProgram(rtsp(url, { transport: 'udp', frameRate: 2 }));
  t.same(input(program.args), [
    ...['-rtsp_transport', 'udp', '-allowed_media_types', 'video', '-i', url],
  ]);
  t.match(program.args.join(' '), /-vf fps=2/);
  t.match(rtspProgram(rtsp(url)).args.join(' '), /-rtsp_transport tcp .*-fps_mode passthrough/);
});

for (const [url, host] of [
  ['rtsp://eve:secret@camera.lan/stream?channel=1', 'camera.lan'],
  ['rtsp://admin:secret@2026!@camera.lan/s', 'camera.lan'],
  ['rtsp://admin:sec%72et@camera.lan:554', 'camera.lan'],
  ['rtsp://admin:@camera.lan/secret', 'camera.lan'],
  ['rtsps://camera.lan:554/user=admin_password=secret_channel=1', 'camera.lan'],
  ['rtsp://camera.lan?user=admin&password=secret', 'camera.lan'],
  ['rtsp://admin:secret@[fe80::1]:554/live', '[fe80::1]'],
  ['rtsp://admin:p#secret@camera.lan/s', 'admin'],
  ['rtsp://admin:p/secret@camera.lan/s', 'admin'],
  ['rtsp://camera.lan', 'camera.lan'],
] as const) {
  t.test(`of a camera's URL its host alone is told: ${url}`, async (t) => {
    const { description, complaint } = rtspProgram(rtsp(url));
    t.equal(description, `rtsp ${host}`);
    const { pathname, password } = URL.canParse(url)
      ? new URL(url)
      : { pathname: '', password: '' };
    const said = complaint(
      [
        `[rtsp @ 0x5581] ${pathname} of ${decodeURIComponent(password)}: 404 Not Found`,
        `[in#0 @ 0x5582] Error opening input file ${url}.`,
        `Error opening input files: Connection refused\n`,
      ].join('\n'),
    );
    t.notMatch(said, /secret|sec%72et|2026/);
    t.match(
      said,
      new RegExp(
        `Error opening input file rtsps?://${host.replaceAll(/[[\]]/g, '.')}\\.?\\n.*: Connection refused$`,
      ),
    );
  });
}

t.test('a v4l2 camera that is not there, or is none', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'v4l2-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'file');
  writeFileSync(file, '');
  for (const [device, code, message] of [
    [join(folder, 'video9'), 'SOURCE_ABSENT', /video9, received: ENOENT.*plugged in/],
    [file, 'SOURCE_ABSENT', /received: a file of another kind/],
    ['/dev/null', 'SOURCE_FAILED', /Expected ffmpeg to show v4l2 \/dev\/null, received: .*ioctl/],
  ] as const) {
    const sink = { frame: async () => {}, unreadable: () => {} };
    const source = createSource(v4l2({ device }), clock);
    await t.rejects(source.run(sink, new AbortController().signal), { code, message });
  }
});

/** A supervised RTSP source that runs until it is stopped. */
function watch(url: string) {
  const frames: Frame[] = [];
  const restarts: AgentError[] = [];
  const stop = new AbortController();
  const wanted: (() => void)[] = [];
  const source = new SupervisedSource(createSource(rtsp(url), clock), {
    noFrameTimeout: millis(3_000),
    backoff: { base: millis(20), cap: millis(200) },
    random: () => 1,
    onRestart: (error) => restarts.push(error),
  });
  const sink = {
    async frame(frame: Frame) {
      frames.push(frame);
      for (const check of wanted) check();
    },
    unreadable: () => {},
  };
  const done = source.run(sink, stop.signal);
  return {
    frames,
    restarts,
    /** So many more. */
    more(count: number): Promise<void> {
      const until = frames.length + count;
      return new Promise((resolve) => wanted.push(() => frames.length >= until && resolve()));
    },
    async close() {
      stop.abort();
      await done;
    },
  };
}

t.test('a camera of the network that stalls, and that loses its power', { skip }, async (t) => {
  const server = new RtspServer('eve:secret');
  t.teardown(() => server.close());
  const port = await server.start();
  const camera = watch(`rtsp://eve:secret@127.0.0.1:${port}/stream`);
  t.teardown(() => camera.close());
  await camera.more(3);
  t.match(camera.frames[0]?.image, { kind: 'raw', width: 160, height: 120 });
  t.same(camera.restarts, []);

  server.stalled = true;
  while (camera.restarts.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  server.stalled = false;
  await camera.more(3);
  t.equal(camera.restarts[0]?.code, 'SOURCE_SILENT');
  t.ok(server.plays >= 2, 'it connected anew');

  const before = camera.restarts.length;
  await server.unplug();
  while (camera.restarts.length < before + 2) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await server.plugIn(port);
  await camera.more(3);
  const codes = camera.restarts.slice(before).map(({ code }) => code);
  t.ok(codes.includes('SOURCE_ABSENT'), `${codes}`);
  for (const { message } of camera.restarts) t.notMatch(message, /secret/);
});

t.test(
  'a camera of the network that refuses the password tells so, without it',
  { skip },
  async (t) => {
    const server = new RtspServer('eve:secret');
    t.teardown(() => server.close());
    const port = await server.start();
    const source = createSource(rtsp(`rtsp://eve:wrong@127.0.0.1:${port}/stream`), clock);
    const sink = { frame: async () => {}, unreadable: () => {} };
    const tried = source.run(sink, new AbortController().signal);
    await t.rejects(tried, { code: 'SOURCE_FAILED', message: /401 Unauthorized/ });
    const said = await tried.then(
      () => '',
      ({ message }: Error) => message,
    );
    t.notMatch(said, /wrong/);
  },
);
