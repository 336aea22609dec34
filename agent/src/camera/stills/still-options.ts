import type { StillsConfig } from '../../config/source-config.ts';
import { tuningOptions } from '../rpicam/tuning-options.ts';
import type { StillOptions } from './load-libcamera.ts';

/**
 * Options of `libcamera-jpeg` as node-libcamera takes them. It makes one line for a shell of them,
 * quotes nothing, and hands on even what is false: so there are only numbers, words of ours and a
 * path that was looked at, and nothing that is not wanted.
 */
export function stillOptions(config: StillsConfig, output: string): StillOptions {
  const { camera, width, height, quality, rotation, hflip, vflip, warmUp, tuning } = config;
  const { awbGains } = tuning;
  return {
    output,
    timeout: warmUp,
    nopreview: true,
    camera,
    width,
    height,
    quality,
    ...(rotation === 180 && { rotation }),
    ...(hflip && { hflip }),
    ...(vflip && { vflip }),
    ...Object.fromEntries(tuningOptions(tuning)),
    ...(awbGains && { awbgains: [awbGains.red, awbGains.blue] }),
  };
}
