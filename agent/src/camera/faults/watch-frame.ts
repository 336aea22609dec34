import type { CameraFault, Millis, Size } from '@edgeloop/protocol';

/** What frames can show. */
export type FrameFault = Extract<CameraFault, 'size' | 'frozen' | 'black'>;

/** What is known of one frame. */
export interface FrameFacts {
  readonly at: Millis;
  /** The same bytes as the frame before. */
  readonly same: boolean;
  /** Null: it was not looked at, so that what was known stays. */
  readonly dark: boolean | null;
  readonly size: Size;
}

export interface FaultLimits {
  /** Frames that are the same for so long are one frozen picture; null: they may be. */
  readonly frozen: Millis | null;
  /** The same for darkness. */
  readonly black: Millis | null;
  /** What was asked of the camera; null: any. */
  readonly size: Size | null;
}

interface Run {
  readonly since: Millis;
  readonly frames: number;
}

/** What the frames so far have in common; null: not even two do. */
export interface FrameWatch {
  /** Of the last frame, so that a run of the same ones begins with its first. */
  readonly lastAt: Millis | null;
  readonly same: Run | null;
  readonly dark: Run | null;
}

export const NOTHING_SEEN: FrameWatch = { lastAt: null, same: null, dark: null };

/** A camera that shows a picture an hour must not be called frozen after two. */
const MIN_FRAMES = 3;

/** The next state, and what is wrong with the camera by this frame. Null: nothing. */
export function watchFrame(
  watch: FrameWatch,
  { at, same, dark, size }: FrameFacts,
  limits: FaultLimits,
): { readonly watch: FrameWatch; readonly fault: FrameFault | null } {
  const next: FrameWatch = {
    lastAt: at,
    same: same ? longer(watch.same ?? { since: watch.lastAt ?? at, frames: 1 }) : null,
    dark: dark === null ? watch.dark : dark ? longer(watch.dark ?? { since: at, frames: 0 }) : null,
  };
  const lasts = (run: Run | null, limit: Millis | null) =>
    run !== null && limit !== null && run.frames >= MIN_FRAMES && at - run.since >= limit;
  const wrongSize =
    limits.size !== null &&
    (size.width !== limits.size.width || size.height !== limits.size.height);
  if (wrongSize) return { watch: next, fault: 'size' };
  if (lasts(next.same, limits.frozen)) return { watch: next, fault: 'frozen' };
  return { watch: next, fault: lasts(next.dark, limits.black) ? 'black' : null };
}

const longer = ({ since, frames }: Run): Run => ({ since, frames: frames + 1 });
