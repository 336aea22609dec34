import type { FrameImage } from '../frame.ts';

/** A program that writes pictures on standard output, and what its user should know of it. */
export interface CameraProgram {
  /** For logs and `reported`: `video file /srv/belt.mp4`. No password stands in it. */
  readonly description: string;
  /** Its names, the preferred first: the first that is there runs. */
  readonly names: readonly string[];
  /** An argument array, never a shell. */
  readonly args: readonly string[];
  /** What to do where none of the names is there: `install ffmpeg`. */
  readonly install: string;
  /** Whether its end, with status 0, is the end of the pictures. Of a camera it is a failure. */
  readonly finishes: boolean;
  /** Pictures out of what it writes. */
  readonly cut: (output: AsyncIterable<Uint8Array>) => AsyncIterable<FrameImage>;
  /** What it was told to read is there. @throws AgentError `SOURCE_ABSENT` */
  readonly expect?: () => Promise<void>;
  /** Of what it says on standard error: the part that tells a person why it failed. */
  readonly complaint: (said: string) => string;
  /** When it says this, there is no such camera. */
  readonly absent: RegExp | null;
  /** The size that it says its pictures have, as soon as it says so. Null: it does not. */
  readonly toldSize?: (said: string) => { readonly width: number; readonly height: number } | null;
  /** The size that was asked for. */
  readonly size?: { readonly width: number; readonly height: number } | null;
}
