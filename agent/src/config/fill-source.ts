import { resolve } from 'node:path';
import { durationOr } from './duration-or.ts';
import type { ConfigMistake } from './explain-config.ts';
import type { SourceConfig } from './source-config.ts';
import type { SourceFile } from './source-schema.ts';

/**
 * Rows of so many pixels have no padding, on any Raspberry Pi: the image processor of the 5 wants
 * 64 bytes of each plane.
 */
const YUV_ALIGNMENT = 128;

/** Defaults, units and absolute paths. */
export function fillSource(source: SourceFile, folder: string): SourceConfig {
  switch (source.kind) {
    case 'directory':
      return {
        kind: 'directory',
        path: resolve(folder, source.path),
        interval: durationOr(source.interval, 1_000),
        loop: source.loop ?? false,
        pace: source.pace ?? 'realtime',
      };
    case 'synthetic':
      return {
        kind: 'synthetic',
        seed: source.seed ?? 1,
        lighting: source.lighting ?? 'standard',
        interval: durationOr(source.interval, 100),
        frames: source.frames ?? null,
        pace: source.pace ?? 'realtime',
      };
    case 'file':
      return {
        kind: 'file',
        path: resolve(folder, source.path),
        loop: source.loop ?? false,
        frameRate: source.frameRate ?? null,
        pace: source.pace ?? 'realtime',
      };
    case 'rpicam':
      return fillRpicam(source, folder);
    case 'stills':
      return {
        kind: 'stills',
        camera: source.camera ?? 0,
        interval: durationOr(source.interval, 60_000),
        warmUp: durationOr(source.warmUp, 1_000),
        width: source.width ?? 640,
        height: source.height ?? 480,
        quality: source.quality ?? 90,
        rotation: source.rotation ?? 0,
        hflip: source.hflip ?? false,
        vflip: source.vflip ?? false,
        tuning: source.tuning ?? {},
        pace: 'realtime',
      };
    case 'v4l2':
      return {
        kind: 'v4l2',
        device: resolve(folder, source.device ?? '/dev/video0'),
        width: source.width ?? 640,
        height: source.height ?? 480,
        frameRate: source.frameRate ?? 10,
        inputFormat: source.inputFormat ?? null,
        pace: 'realtime',
      };
    case 'rtsp':
      return {
        kind: 'rtsp',
        url: source.url,
        transport: source.transport ?? 'tcp',
        width: source.width ?? null,
        height: source.height ?? null,
        frameRate: source.frameRate ?? null,
        pace: 'realtime',
      };
  }
}

function fillRpicam(
  source: Extract<SourceFile, { kind: 'rpicam' }>,
  folder: string,
): Extract<SourceConfig, { kind: 'rpicam' }> {
  const { tuning = {} } = source;
  const { tuningFile } = tuning;
  return {
    kind: 'rpicam',
    camera: source.camera ?? 0,
    width: source.width ?? 640,
    height: source.height ?? 480,
    frameRate: source.frameRate ?? 10,
    format: source.format ?? 'yuv420',
    quality: source.quality ?? 90,
    rotation: source.rotation ?? 0,
    hflip: source.hflip ?? false,
    vflip: source.vflip ?? false,
    tuning:
      tuningFile === undefined ? tuning : { ...tuning, tuningFile: resolve(folder, tuningFile) },
    pace: 'realtime',
  };
}

/** What would be ignored in silence, or could not be read. */
export function sourceMistakes(path: string, source: SourceFile): ConfigMistake[] {
  if (source.kind === 'rpicam') return rpicamMistakes(path, source);
  if (source.kind === 'v4l2' || source.kind === 'rtsp' || source.kind === 'stills') {
    return sizeMistakes(path, source);
  }
  if (!('interval' in source) || source.pace !== 'every' || source.interval === undefined)
    return [];
  const message = `${path}.interval: expected none with pace: every, which shows the next picture when the last was handled, received ${source.interval}. Remove it, or use pace: realtime.`;
  return [{ path: `${path}.interval`, message }];
}

function rpicamMistakes(
  path: string,
  { width, height, format, quality }: Extract<SourceFile, { kind: 'rpicam' }>,
): ConfigMistake[] {
  const found = sizeMistakes(path, { width, height });
  if (format === 'mjpeg') return found;
  if (width !== undefined && width % YUV_ALIGNMENT !== 0) {
    const message = `${path}.width: expected a multiple of ${YUV_ALIGNMENT} with format: yuv420, whose rows are padded otherwise, received ${width}. Use ${Math.ceil(width / YUV_ALIGNMENT) * YUV_ALIGNMENT}, or format: mjpeg.`;
    found.push({ path: `${path}.width`, message });
  }
  if (quality !== undefined) {
    const message = `${path}.quality: expected none without format: mjpeg, received ${quality}. Remove it, or use format: mjpeg.`;
    found.push({ path: `${path}.quality`, message });
  }
  return found;
}

function sizeMistakes(
  path: string,
  { width, height }: { readonly width?: number | undefined; readonly height?: number | undefined },
): ConfigMistake[] {
  if ((width === undefined) === (height === undefined)) return [];
  const at = `${path}.${width === undefined ? 'width' : 'height'}`;
  const message = `${at}: expected width and height together, received one of them.`;
  return [{ path: at, message }];
}
