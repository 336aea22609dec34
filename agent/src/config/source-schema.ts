import { DURATION_PATTERN } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { Strict } from './strict.ts';

const Duration = Type.String({ pattern: DURATION_PATTERN });
const Path = Type.String({ minLength: 1 });
const Pace = Type.Union([Type.Literal('realtime'), Type.Literal('every')]);
const FrameRate = Type.Number({ exclusiveMinimum: 0, maximum: 240 });
/** Of a picture's side: YUV 4:2:0 knows no odd ones. */
const Side = Type.Integer({ minimum: 64, maximum: 8192, multipleOf: 2 });
const within = (minimum: number, maximum: number) =>
  Type.Optional(Type.Number({ minimum, maximum }));
const oneOf = <Word extends string>(...words: readonly Word[]) =>
  Type.Unsafe<Word>({ ...Type.Union(words.map((word) => Type.Literal(word))) });

const DirectorySource = Strict({
  kind: Type.Literal('directory'),
  path: Path,
  interval: Type.Optional(Duration),
  loop: Type.Optional(Type.Boolean()),
  pace: Type.Optional(Pace),
});

const SyntheticSource = Strict({
  kind: Type.Literal('synthetic'),
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 0xffff_ffff })),
  lighting: Type.Optional(Type.Union([Type.Literal('standard'), Type.Literal('dusk')])),
  interval: Type.Optional(Duration),
  frames: Type.Optional(Type.Integer({ minimum: 1 })),
  pace: Type.Optional(Pace),
});

const FileSource = Strict({
  kind: Type.Literal('file'),
  path: Path,
  loop: Type.Optional(Type.Boolean()),
  frameRate: Type.Optional(FrameRate),
  pace: Type.Optional(Pace),
});

/** What rpicam-vid does with the picture, by its own names and ranges. */
const TUNING = {
  exposure: Type.Optional(oneOf('normal', 'sport')),
  shutter: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
  gain: within(1, 1000),
  ev: within(-10, 10),
  metering: Type.Optional(oneOf('centre', 'spot', 'average', 'custom')),
  awb: Type.Optional(
    oneOf(
      'auto',
      'incandescent',
      'tungsten',
      'fluorescent',
      'indoor',
      'daylight',
      'cloudy',
      'custom',
    ),
  ),
  awbGains: Type.Optional(
    Strict({
      red: Type.Number({ exclusiveMinimum: 0, maximum: 32 }),
      blue: Type.Number({ exclusiveMinimum: 0, maximum: 32 }),
    }),
  ),
  brightness: within(-1, 1),
  contrast: within(0, 32),
  saturation: within(0, 32),
  sharpness: within(0, 16),
  denoise: Type.Optional(oneOf('auto', 'off', 'cdn_off', 'cdn_fast', 'cdn_hq')),
  autofocus: Type.Optional(oneOf('manual', 'auto', 'continuous')),
  lensPosition: within(0, 32),
};
const Tuning = Strict({ ...TUNING, tuningFile: Type.Optional(Path) });
export type Tuning = Static<typeof Tuning>;

const RpicamSource = Strict({
  kind: Type.Literal('rpicam'),
  camera: Type.Optional(Type.Integer({ minimum: 0, maximum: 15 })),
  width: Type.Optional(Side),
  height: Type.Optional(Side),
  frameRate: Type.Optional(FrameRate),
  format: Type.Optional(oneOf('yuv420', 'mjpeg')),
  quality: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  rotation: Type.Optional(Type.Union([Type.Literal(0), Type.Literal(180)])),
  hflip: Type.Optional(Type.Boolean()),
  vflip: Type.Optional(Type.Boolean()),
  tuning: Type.Optional(Tuning),
});

const StillsSource = Strict({
  kind: Type.Literal('stills'),
  camera: Type.Optional(Type.Integer({ minimum: 0, maximum: 15 })),
  interval: Type.Optional(Duration),
  warmUp: Type.Optional(Duration),
  width: Type.Optional(Side),
  height: Type.Optional(Side),
  quality: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  rotation: Type.Optional(Type.Union([Type.Literal(0), Type.Literal(180)])),
  hflip: Type.Optional(Type.Boolean()),
  vflip: Type.Optional(Type.Boolean()),
  // Without a file: a path is free text, and these options pass a shell.
  tuning: Type.Optional(Strict(TUNING)),
});

/** As ffmpeg names pixel formats and codecs. */
export const PIXEL_FORMAT = '^[a-z0-9_]{1,32}$';
const V4l2Source = Strict({
  kind: Type.Literal('v4l2'),
  device: Type.Optional(Path),
  width: Type.Optional(Side),
  height: Type.Optional(Side),
  frameRate: Type.Optional(FrameRate),
  inputFormat: Type.Optional(Type.String({ pattern: PIXEL_FORMAT })),
});

export const RTSP_URL = '^rtsps?://[^\\s/]+\\S*$';
const RtspSource = Strict({
  kind: Type.Literal('rtsp'),
  url: Type.String({ pattern: RTSP_URL }),
  transport: Type.Optional(oneOf('tcp', 'udp')),
  width: Type.Optional(Side),
  height: Type.Optional(Side),
  frameRate: Type.Optional(FrameRate),
});

/** What a camera of the configuration looks at. */
export const SourceFile = Type.Union([
  DirectorySource,
  SyntheticSource,
  FileSource,
  RpicamSource,
  V4l2Source,
  RtspSource,
  StillsSource,
]);
export type SourceFile = Static<typeof SourceFile>;
