import { seconds } from '@edgeloop/protocol';
import { DetectionFollower } from '../events/detection-follower.ts';
import { SilenceWatch } from '../events/silence-watch.ts';
import { Webhooks } from '../webhooks/webhooks.ts';
import type { Context } from './context.ts';

const LOOK_FOR_SILENT_EVERY = seconds(10);

/** Who is told what changes: streams, and webhooks. */
export async function openEvents({
  config,
  surroundings,
  lifecycle,
  store,
  database,
  events,
  time,
}: Context) {
  const detections = new DetectionFollower({ store, events, log: surroundings.log });
  const webhooks = new Webhooks({ ...surroundings, database, store, events, time });
  await webhooks.start();
  lifecycle.add(() => webhooks.close());
  const silence = new SilenceWatch({
    ...surroundings,
    store,
    events,
    after: config.silentAfter,
    every: LOOK_FOR_SILENT_EVERY,
  });
  silence.start();
  lifecycle.add(() => silence.close());
  return {
    events,
    detections,
    webhooks,
    onStored: () => {
      detections.stored();
      webhooks.detectionsStored();
    },
  };
}
