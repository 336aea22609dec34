import { type EpochMillis, epochMillis, seconds } from '@edgeloop/protocol';
import { DiskGuard } from '../retention/disk-guard.ts';
import { Retention } from '../retention/retention.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import type { Context } from './context.ts';

const LOOK_AT_DISK_EVERY = seconds(5);
const REMOVE_EVERY = seconds(60);

/**
 * What keeps the disk from filling: marks that refuse, and the removal of what is too old or too
 * much.
 */
export async function openDetectionRetention(
  { config, surroundings: { log }, lifecycle, store, events, time, ...of }: Context,
  webhooks: Webhooks,
): Promise<DiskGuard> {
  const { samplesMark, detectionsMark } = config.retention;
  const disk = new DiskGuard({
    folder: config.data,
    every: LOOK_AT_DISK_EVERY,
    log,
    marks: { samples: samplesMark, detections: detectionsMark },
    onChange: (state, freeBytes) =>
      events.publish({ kind: 'disk.changed', subject: {}, data: { state, freeBytes } }),
  });
  await disk.start();
  lifecycle.add(() => disk.close());
  const outOfBounds = (at: EpochMillis) => {
    const { detectionAge, databaseBytes } = of.retention.bounds;
    const before = detectionAge === null ? null : epochMillis(at - detectionAge);
    return { before, now: at, bytes: databaseBytes };
  };
  let isOver = false;
  const removeDetections = async (at: EpochMillis) => {
    const bounds = outOfBounds(at);
    const removed = await store.removeDetections(bounds);
    if (removed > 0) return removed;
    const held = bounds.bytes === null ? 0 : await store.read('usedBytes', null);
    const wasOver = isOver;
    isOver = bounds.bytes !== null && held > bounds.bytes;
    if (isOver && !wasOver) {
      const what = 'the database holds more than is set, and what it holds is not detections';
      log.warn({ held, set: bounds.bytes }, what);
    }
    return removed;
  };
  const retention = new Retention({
    now: () => time.earliest(),
    log,
    every: REMOVE_EVERY,
    rules: [
      { name: 'detections', removeSome: removeDetections },
      { name: 'webhook deliveries', removeSome: (at) => webhooks.forgetEnded(at) },
    ],
  });
  retention.start();
  lifecycle.add(of.retention.onChange(() => retention.runSoon()));
  lifecycle.add(() => retention.close());
  return disk;
}
