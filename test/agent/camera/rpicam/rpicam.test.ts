import { spawnSync } from 'node:child_process';
import { decodeFitted } from '@edgeloop/imaging';
import type { Health } from '@edgeloop/protocol';
import t from 'tap';
import type { Frame } from '../../../../agent/src/camera/frame.ts';
import { rpicamArguments } from '../../../../agent/src/camera/rpicam/rpicam-arguments.ts';
import { fillSource } from '../../../../agent/src/config/fill-source.ts';
import type { RpicamConfig } from '../../../../agent/src/config/source-config.ts';
import type { SourceFile } from '../../../../agent/src/config/source-schema.ts';
import { freePort } from '../../../../start/src/free-port.ts';
import { AgentFolder, AgentProcess } from '../../../stand/agent/agent-process.ts';
import { RpicamStandIn } from '../../../stand/agent/rpicam-stand-in.ts';
import { firstFrames } from '../stand/first-frames.ts';

type RpicamFile = Extract<SourceFile, { kind: 'rpicam' }>;

const skip =
  process.env.CI !== 'true' &&
  spawnSync('sh', ['-c', 'command -v ffmpeg']).status !== 0 &&
  'needs ffmpeg';

const fill = (file: Omit<RpicamFile, 'kind'>) =>
  fillSource({ kind: 'rpicam', ...file }, '/etc/edgeloop') as RpicamConfig;
const SMALL = { width: 256, height: 128, frameRate: 20 };

const DEFAULTS = [
  ...['--timeout=0', '--nopreview', '--flush', '--output=-', '--camera=0', '--codec=yuv420'],
  ...['--width=640', '--height=480', '--framerate=10'],
];
for (const [name, file, more] of [
  ['nothing', {}, []],
  ['mjpeg', { format: 'mjpeg' }, ['--quality=90']],
  ['turned', { rotation: 180, hflip: true, vflip: true }, ['--rotation=180', '--hflip', '--vflip']],
  ['dark', { tuning: { ev: -2.5, brightness: -0.5 } }, ['--ev=-2.5', '--brightness=-0.5']],
  [
    'fixed',
    { tuning: { shutter: 8000, gain: 2, awbGains: { red: 1.5, blue: 2 }, exposure: 'sport' } },
    ['--exposure=sport', '--shutter=8000', '--gain=2', '--awbgains=1.5,2'],
  ],
  [
    'a lens, and a file beside the configuration',
    { tuning: { autofocus: 'manual', lensPosition: 0, tuningFile: 'imx219.json' } },
    ['--autofocus-mode=manual', '--lens-position=0', '--tuning-file=/etc/edgeloop/imx219.json'],
  ],
] as const) {
  t.test(`the command line: ${name}`, async (t) => {
    const wanted = DEFAULTS.map((arg) => (name === 'mjpeg' ? arg.replace('yuv420', 'mjpeg') : arg));
    t.same(rpicamArguments(fill(file)), [...wanted, ...more]);
  });
}

t.test('the stream of either program, in either format', { skip }, async (t) => {
  const shown: Uint8Array[] = [];
  for (const [name, format] of [
    ['rpicam-vid', 'yuv420'],
    ['libcamera-vid', 'mjpeg'],
  ] as const) {
    const stand = await RpicamStandIn.create(name);
    const tuning = { ev: -1, denoise: 'cdn_fast', tuningFile: '/tuned.json' } as const;
    const config = fill({ ...SMALL, camera: 1, format, rotation: 180, tuning });
    const frames = await firstFrames(config, 3);
    t.equal(frames.length, 3);
    t.same(await stand.starts(), [rpicamArguments(config)], `${name} takes them all`);
    await stand.remove();
    const image = frames[2]?.image as Frame['image'];
    const { data, width, height } =
      image.kind === 'raw' ? image : await decodeFitted(image.bytes, 128);
    t.same([image.kind, width, height], [format === 'mjpeg' ? 'encoded' : 'raw', 256, 128]);
    shown.push(data);
  }
  const [yuv, jpeg] = shown as [Uint8Array, Uint8Array];
  const difference = yuv.reduce((sum, value, i) => sum + Math.abs(value - (jpeg[i] as number)), 0);
  const mean = difference / yuv.length;
  t.ok(mean < 4, `the same frame looks the same in both: ${mean} of 255 apart`);
});

for (const [name, behaviour, error] of [
  ['no camera', { failure: 'no camera' }, { code: 'SOURCE_ABSENT', message: /no cameras avail/ }],
  [
    'a size that the camera does not have',
    { failure: 'other size' },
    { code: 'SOURCE_RESIZED', message: /Expected 256x128 .* received 1296x972 from rpicam-vid/ },
  ],
  ['a camera that fails', { frames: 2 }, { code: 'SOURCE_FAILED', message: /Device timeout/ }],
] as const) {
  t.test(`${name} is told, and the next start is another`, { skip }, async (t) => {
    const stand = await RpicamStandIn.create('rpicam-vid', behaviour);
    t.teardown(() => stand.remove());
    await t.rejects(firstFrames(fill(SMALL), 10), error);
    await stand.behave({});
    t.equal((await firstFrames(fill(SMALL), 2)).length, 2);
  });
}

t.test('a missing program is told, with what to install', async (t) => {
  const path = process.env.PATH;
  process.env.PATH = '/no/such/folder';
  t.teardown(() => {
    process.env.PATH = path;
  });
  await t.rejects(firstFrames(fill(SMALL), 1), {
    code: 'SOURCE_FAILED',
    message: /rpicam-vid or libcamera-vid .* found none: install rpicam-apps-lite/,
  });
});

t.test('what is wrong is in health until the camera is back', { skip }, async (t) => {
  const stand = await RpicamStandIn.create('rpicam-vid', { failure: 'no camera' });
  const folder = await AgentFolder.create();
  const port = await freePort();
  const cam0 = { slot: 'main', source: { kind: 'rpicam', ...SMALL }, decide: { mode: 'frame' } };
  const config = await folder.configure('mqtt://127.0.0.1:1', {
    http: { port },
    cameras: { cam0 },
  });
  const agent = new AgentProcess(['run', '--config', config]);
  t.teardown(async () => {
    await agent.kill('SIGKILL');
    await folder.remove();
    await stand.remove();
  });
  /** The camera's part of `/healthz`, once it is as wanted. */
  async function camera(wanted: (camera: Health['cameras'][string]) => boolean) {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
      const { cameras } = ((await answer?.json()) ?? {}) as Partial<Health>;
      if (cameras?.cam0 && wanted(cameras.cam0)) return cameras.cam0;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const gone = await camera(({ restarts }) => restarts > 1);
  t.match(gone.fault, { kind: 'absent', message: /no cameras available/ });
  t.equal(gone.faults?.absent, 1, 'it is one fault, however often it was tried');
  await stand.behave({});
  const back = await camera(({ classified }) => classified > 2);
  t.notOk(back.fault);
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  t.match(metrics, /edgeloop_agent_camera_faults_total\{camera="cam0",fault="absent"\} 1/);
  t.match(metrics, /edgeloop_agent_inference_interval_seconds 0/);
  t.notMatch(metrics, /camera_fault\{/);
});
