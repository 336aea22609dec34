import type { CameraId, Health, Millis, ServedModel } from '@edgeloop/protocol';
import type { Counters } from './counters.ts';

type Figures = NonNullable<Health['lately']>;

/** What the counters were. */
export interface Reading {
  readonly at: Millis;
  readonly classified: ReadonlyMap<CameraId, number>;
  readonly inferences: ReadonlyMap<
    ServedModel,
    { readonly count: number; readonly millis: number }
  >;
}

export function readCounters({ cameras, models }: Counters, at: Millis): Reading {
  return {
    at,
    classified: new Map(Array.from(cameras, ([id, { classified }]) => [id, classified])),
    inferences: new Map(
      Array.from(
        models,
        ([
          digest,
          {
            inferenceMillis: { counts, sum },
          },
        ]) => [digest, { count: counts.reduce((all, one) => all + one, 0), millis: sum }],
      ),
    ),
  };
}

/**
 * What came between two readings, for each camera.
 * @param modelOf the model that decides for it
 */
export function figuresBetween(
  before: Reading,
  after: Reading,
  modelOf: (camera: CameraId) => ServedModel,
): Figures {
  const seconds = (after.at - before.at) / 1000;
  return Object.fromEntries(
    Array.from(after.classified, ([camera, classified]) => {
      const frames = classified - (before.classified.get(camera) ?? 0);
      const inferenceMillis = meanBetween(before, after, modelOf(camera));
      return [
        camera,
        {
          framesPerSecond: seconds > 0 ? frames / seconds : 0,
          ...(inferenceMillis !== null && { inferenceMillis }),
        },
      ];
    }),
  );
}

function meanBetween(before: Reading, after: Reading, model: ServedModel): number | null {
  const none = { count: 0, millis: 0 };
  const [was, is] = [before.inferences.get(model) ?? none, after.inferences.get(model) ?? none];
  const count = is.count - was.count;
  return count > 0 ? (is.millis - was.millis) / count : null;
}
