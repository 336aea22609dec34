import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { Instant } from './instant.ts';

export const TimelineQuery = Type.Object(
  {
    camera: Type.Optional(Ids.camera),
    from: Type.Optional(
      Type.Unsafe<string>({ ...Instant, description: 'Default an hour before to' }),
    ),
    to: Type.Optional(Type.Unsafe<string>({ ...Instant, description: 'Default now' })),
  },
  { additionalProperties: false },
);
export type TimelineQuery = Static<typeof TimelineQuery>;

/**
 * What stood before a camera, from when to when; or several of one label so close together that
 * they are drawn as one.
 */
export const TimelineInterval = Type.Object({
  camera: Ids.camera,
  id: Type.Union([Ids.occurrence, Type.Null()], {
    description: 'Of the occurrence; null: several, or single frames (decide.mode: frame)',
  }),
  label: Type.String(),
  score: Type.Number({ minimum: 0, maximum: 1, description: 'The highest that was told' }),
  begin: Ids.timestamp,
  end: Type.Union([Ids.timestamp, Type.Null()], {
    description: 'Null: it stands there now. Where its end got lost: when it was last heard of',
  }),
  model: Type.Union([Ids.sha256, Type.Null()], { description: 'Null: of several, not told' }),
  count: Type.Integer({ minimum: 1, description: 'Occurrences, or frames, that it is' }),
});
export type TimelineInterval = Static<typeof TimelineInterval>;

export const Timeline = Type.Object({
  device: Ids.device,
  from: Ids.timestamp,
  to: Ids.timestamp,
  intervals: Type.Array(TimelineInterval, { description: 'By camera, oldest first' }),
  wholeFrom: Type.Union([Ids.timestamp, Type.Null()], {
    description:
      'There are more than are read at once: what lies before is left out; null: nothing is',
  }),
});
export type Timeline = Static<typeof Timeline>;
