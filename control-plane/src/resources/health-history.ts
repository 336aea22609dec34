import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { Instant } from './instant.ts';

export const HealthHistoryQuery = Type.Object(
  {
    from: Type.Optional(
      Type.Unsafe<string>({ ...Instant, description: 'Default an hour before to' }),
    ),
    to: Type.Optional(Type.Unsafe<string>({ ...Instant, description: 'Default now' })),
  },
  { additionalProperties: false },
);
export type HealthHistoryQuery = Static<typeof HealthHistoryQuery>;

const Figure = (description: string) =>
  Type.Union([Type.Number({ minimum: 0 }), Type.Null()], { description });

/**
 * What was told within `bucketSeconds` from `at` on. All null: nothing was, or it is not kept any
 * more.
 */
export const HealthPoint = Type.Object({
  at: Ids.timestamp,
  framesPerSecond: Figure('Frames classified in a second that the agent ran, of all cameras'),
  latencyP50Millis: Figure('Of inferences, within the runtime, of all models'),
  latencyP95Millis: Figure('As before'),
  skipped: Figure('Frames that a newer one replaced before inference'),
  lost: Figure('Frames that could not be read or classified, and results that were not kept'),
  queued: Figure('Rows in the outbox, the most'),
  rssBytes: Figure('Of the agent, the most'),
  temperatureCelsius: Type.Union([Type.Number(), Type.Null()], {
    description: 'The highest; null: the device does not say',
  }),
  throttled: Type.Union([Type.Boolean(), Type.Null()], {
    description: 'Whether it slowed itself down at any word; null: the device does not say',
  }),
  diskFreeBytes: Figure('The least; null: the device does not say'),
});
export type HealthPoint = Static<typeof HealthPoint>;

export const HealthHistory = Type.Object({
  device: Ids.device,
  from: Ids.timestamp,
  to: Ids.timestamp,
  bucketSeconds: Type.Integer({
    minimum: 1,
    description: 'As fine as what is kept of the span, and 500 points, allow',
  }),
  points: Type.Array(HealthPoint, {
    description: 'Every bucket of the span, oldest first; gaps are points without figures',
  }),
});
export type HealthHistory = Static<typeof HealthHistory>;
