import { epochMillis, millis } from '@edgeloop/protocol';
import { createSource } from '../../../../agent/src/camera/create-source.ts';
import type { Frame } from '../../../../agent/src/camera/frame.ts';
import type { SourceConfig } from '../../../../agent/src/config/source-config.ts';

/** As they are. */
export const clock = {
  now: () => epochMillis(Date.now()),
  monotonic: () => millis(performance.now()),
};

/** The first frames of a source. */
export async function firstFrames(config: SourceConfig, count: number): Promise<Frame[]> {
  const frames: Frame[] = [];
  const stop = new AbortController();
  const sink = {
    async frame(frame: Frame) {
      frames.push(frame);
      if (frames.length >= count) stop.abort();
    },
    unreadable: () => {},
  };
  await createSource(config, clock).run(sink, stop.signal);
  return frames;
}
