import type { EpochMillis, Health } from '@edgeloop/protocol';

/** How a device does. */
export interface Figures {
  /** Frames classified a second, all cameras together; null: nothing is known. */
  readonly fps: number | null;
  /** Mean time of an inference, in milliseconds; null: there was none. */
  readonly inferenceMillis: number | null;
  /** Of the hottest zone; null: the device does not say. */
  readonly celsius: number | null;
  /** When it was last heard that frames failed: unreadable, or their inference did not end well. */
  readonly failedAt: EpochMillis | null;
  /** That detections were lost: evicted from the outbox, or never committed to it. */
  readonly lostAt: EpochMillis | null;
  /** That the source of a camera or the process of a model was started again. */
  readonly restartedAt: EpochMillis | null;
}

export const NO_FIGURES: Figures = {
  fps: null,
  inferenceMillis: null,
  celsius: null,
  failedAt: null,
  lostAt: null,
  restartedAt: null,
};

/**
 * What a device did between two words on its health, the later of which came at `at`. A boot that
 * is new did all that it counts since it began. What began to count anew within a boot (a model
 * that was swapped away and came back) did what it counts now.
 * @param before null: nothing was heard before
 */
export function healthFigures(
  before: Health | null,
  now: Health,
  at: EpochMillis,
  last: Figures,
): Figures {
  const goesOn = before?.bootId === now.bootId && before.uptimeSeconds < now.uptimeSeconds;
  const did = didSince(goesOn ? before : null, now);
  // What a device counted before it was first heard of is no news.
  const heard = (count: number, when: EpochMillis | null) =>
    before !== null && count > 0 ? at : when;
  return {
    fps: did.seconds > 0 ? did.frames / did.seconds : null,
    inferenceMillis: did.inferences > 0 ? did.inferenceMillis / did.inferences : null,
    celsius: now.temperatureCelsius ?? null,
    failedAt: heard(did.failed, last.failedAt),
    lostAt: heard(did.lost, last.lostAt),
    restartedAt: heard(did.restarts, last.restartedAt),
  };
}

/** @param before of the same boot; null: since that began */
function didSince(before: Health | null, now: Health) {
  const ofCameras = (read: (camera: Health['cameras'][string]) => number) =>
    grown(before?.cameras, now.cameras, read);
  const ofModels = (read: (model: Health['models'][string]) => number) =>
    grown(before?.models, now.models, read);
  return {
    seconds: now.uptimeSeconds - (before?.uptimeSeconds ?? 0),
    frames: ofCameras(({ classified }) => classified),
    inferences: ofModels(({ inferenceMillis }) => sum(inferenceMillis.counts)),
    inferenceMillis: ofModels(({ inferenceMillis }) => inferenceMillis.sum),
    failed: ofCameras(({ failed, unreadable }) => failed + unreadable),
    lost:
      more(before?.outbox.evicted, now.outbox.evicted) +
      more(before?.outbox.rejected, now.outbox.rejected),
    restarts:
      ofCameras(({ restarts }) => restarts) + ofModels(({ processRestarts }) => processRestarts),
  };
}

function grown<Counted>(
  before: Readonly<Record<string, Counted>> | undefined,
  now: Readonly<Record<string, Counted>>,
  read: (counted: Counted) => number,
): number {
  const grew = Object.entries(now).map(([key, counted]) => {
    // A device names its cameras: one may be called `constructor`.
    const earlier = before && Object.hasOwn(before, key) ? before[key] : undefined;
    return more(earlier && read(earlier), read(counted));
  });
  return sum(grew);
}

const more = (before = 0, now: number): number => (now < before ? now : now - before);

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
