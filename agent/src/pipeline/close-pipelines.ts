import { setTimeout as delay } from 'node:timers/promises';
import type { LiveSlot } from '../model/live-slot.ts';
import type { CameraPipeline } from './camera-pipeline.ts';

/** A frame in hand may take so long when the agent closes; then its process is ended. */
const LAST_FRAME = 1_000;

/**
 * A frame that hangs in a model's process must not hold up the end: then the processes go first.
 */
export async function closePipelines(
  pipelines: readonly CameraPipeline[],
  slots: Iterable<LiveSlot>,
): Promise<void> {
  const closed = Promise.all(pipelines.map((pipeline) => pipeline.close()));
  const late = delay(LAST_FRAME, 'late', { ref: false });
  if ((await Promise.race([closed, late])) === 'late') {
    await Promise.all(Array.from(slots, (slot) => slot.close()));
  }
  await closed;
}
