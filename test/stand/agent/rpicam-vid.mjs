// Stands for rpicam-vid (rpicam-apps 1.7): the same options, the same words on standard error, and a stream of the kind that is asked
// for on standard output. First argument: the folder with how it behaves.
import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const [, , folder, ...args] = process.argv;
const text = { type: 'string' };
const flag = { type: 'boolean' };

/** Of core/options.cpp and core/video_options.hpp: those with a value, and how it must look. */
const VALUES = {
  timeout: /^\d+$/,
  camera: /^\d+$/,
  width: /^\d+$/,
  height: /^\d+$/,
  output: /^-$/,
  codec: /^(h264|libav|mjpeg|yuv420)$/,
  quality: /^\d+$/,
  rotation: /^(0|180)$/,
  framerate: /^[\d.]+$/,
  shutter: /^\d+(us|ms|s)?$/,
  gain: /^[\d.]+$/,
  ev: /^-?[\d.]+$/,
  exposure: /^(normal|sport)$/,
  metering: /^(centre|spot|average|custom)$/,
  awb: /^(auto|incandescent|tungsten|fluorescent|indoor|daylight|cloudy|custom)$/,
  awbgains: /^[\d.]+,[\d.]+$/,
  brightness: /^-?[\d.]+$/,
  contrast: /^[\d.]+$/,
  saturation: /^[\d.]+$/,
  sharpness: /^[\d.]+$/,
  denoise: /^(auto|off|cdn_off|cdn_fast|cdn_hq)$/,
  'autofocus-mode': /^(default|manual|auto|continuous)$/,
  'lens-position': /^[\d.]+$/,
  'tuning-file': /^\/.+/,
  'lores-width': /^\d+$/,
  'lores-height': /^\d+$/,
};
const FLAGS = ['nopreview', 'flush', 'hflip', 'vflip'];

const die = (message) => {
  process.stderr.write(`ERROR: *** ${message} ***\n`);
  process.exit(255);
};

function acquire(path) {
  try {
    process.kill(Number(readFileSync(path, 'utf8')), 0);
  } catch {
    writeFileSync(path, String(process.pid));
    return;
  }
  die('failed to acquire camera /base/soc/i2c0mux/i2c@1/imx708@1a');
}

function readOptions() {
  const options = Object.fromEntries([
    ...Object.keys(VALUES).map((name) => [name, text]),
    ...FLAGS.map((name) => [name, flag]),
  ]);
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    return die(`unrecognised option ${error.message}`);
  }
}

const values = readOptions();
for (const [name, pattern] of Object.entries(VALUES)) {
  if (values[name] !== undefined && !pattern.test(values[name])) {
    die(`the argument ('${values[name]}') for option '--${name}' is invalid`);
  }
}
appendFileSync(join(folder, 'starts.jsonl'), `${JSON.stringify(args)}\n`);
const behaviour = JSON.parse(readFileSync(join(folder, 'behaviour.json'), 'utf8'));
const { frames = null, failure, exclusive = false } = behaviour;
process.stderr.write('[0:05:40.1] [1234]  INFO Camera camera_manager.cpp:326 libcamera v0.5.2\n');
if (failure === 'no camera') die('no cameras available');
if (exclusive) acquire(join(folder, 'user.pid'));
if (values.timeout !== '0' || values.output !== '-') die('a stream without end is wanted here');

const width = Number(values.width);
const height = Number(values.height);
const told = failure === 'other size' ? '1296x972' : `${width}x${height}`;
process.stderr.write(
  `[0:05:40.2] [1234]  INFO Camera camera.cpp:1215 configuring streams: (0) ${told}-YUV420/sYCC (1) 1296x972-SGBRG10_CSI2P/RAW\n`,
);

const size = `${width}x${height}`;
const form =
  values.codec === 'mjpeg' ? ['-c:v', 'mjpeg', '-q:v', '2', '-f', 'mjpeg'] : ['-f', 'rawvideo'];
// Full range, as rpicam-vid asks of the camera for both.
const shown = spawn(
  'ffmpeg',
  [
    ...['-loglevel', 'error', '-nostdin', '-re', '-f', 'lavfi'],
    ...['-i', `testsrc2=size=${size}:rate=${values.framerate}`, '-pix_fmt', 'yuvj420p'],
    ...(frames === null ? [] : ['-frames:v', String(frames)]),
    ...[...form, '-'],
  ],
  { stdio: ['ignore', 'inherit', 'ignore'] },
);
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => shown.kill(signal));
shown.on('close', () => die('Device timeout detected'));
