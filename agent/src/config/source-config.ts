import type { Millis } from '@edgeloop/protocol';
import type { Tuning } from './source-schema.ts';

/**
 * `every`: the source waits until a frame is handled, so each gives one result; `realtime`: the
 * newest wins.
 */
export type Pace = 'realtime' | 'every';

export interface RpicamConfig {
  readonly kind: 'rpicam';
  /** As `rpicam-hello --list-cameras` counts. */
  readonly camera: number;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly format: 'yuv420' | 'mjpeg';
  /** Of a JPEG, 1…100. */
  readonly quality: number;
  readonly rotation: 0 | 180;
  readonly hflip: boolean;
  readonly vflip: boolean;
  /** With an absolute path of the tuning file. */
  readonly tuning: Readonly<Tuning>;
  readonly pace: 'realtime';
}

export interface V4l2Config {
  readonly kind: 'v4l2';
  readonly device: string;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  /** What the camera sends, as ffmpeg names it; null: ffmpeg's choice. */
  readonly inputFormat: string | null;
  readonly pace: 'realtime';
}

export interface RtspConfig {
  readonly kind: 'rtsp';
  /** May hold a name and a password. */
  readonly url: string;
  readonly transport: 'tcp' | 'udp';
  /** What the stream should have; null: anything. */
  readonly width: number | null;
  readonly height: number | null;
  /** Frames a second that are kept; null: all. */
  readonly frameRate: number | null;
  readonly pace: 'realtime';
}

export interface StillsConfig {
  readonly kind: 'stills';
  readonly camera: number;
  /** From one picture to the next. */
  readonly interval: Millis;
  /** For exposure and white balance, before each. */
  readonly warmUp: Millis;
  readonly width: number;
  readonly height: number;
  /** Of the JPEG, 1…100. */
  readonly quality: number;
  readonly rotation: 0 | 180;
  readonly hflip: boolean;
  readonly vflip: boolean;
  readonly tuning: Readonly<Omit<Tuning, 'tuningFile'>>;
  readonly pace: 'realtime';
}

export type SourceConfig =
  | {
      readonly kind: 'directory';
      readonly path: string;
      readonly interval: Millis;
      readonly loop: boolean;
      readonly pace: Pace;
    }
  | {
      readonly kind: 'synthetic';
      readonly seed: number;
      readonly lighting: 'standard' | 'dusk';
      readonly interval: Millis;
      /** After so many it is finished; null: never. */
      readonly frames: number | null;
      readonly pace: Pace;
    }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly loop: boolean;
      /** Frames a second; null: the file's own. */
      readonly frameRate: number | null;
      readonly pace: Pace;
    }
  | RpicamConfig
  | V4l2Config
  | RtspConfig
  | StillsConfig;
