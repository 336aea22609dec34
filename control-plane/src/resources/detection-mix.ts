import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { Instant } from './instant.ts';
import { BUCKETS, type BucketLength, MOST_BUCKETS } from './mix-buckets.ts';

export const DetectionMixQuery = Type.Object(
  {
    from: Type.Unsafe<string>({ ...Instant, description: 'Where the first bucket begins' }),
    to: Type.Unsafe<string>({ ...Instant, description: 'Captured before' }),
    bucket: Type.Unsafe<BucketLength>(
      Type.Union(
        Object.keys(BUCKETS).map((length) => Type.Literal(length)),
        { description: `Of one bucket; at most ${MOST_BUCKETS} buckets` },
      ),
    ),
    site: Type.Optional(Ids.site),
    device: Type.Optional(Ids.device),
    camera: Type.Optional(Ids.camera),
    label: Type.Optional(Type.String()),
    model: Type.Optional(Ids.sha256),
    minScore: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  },
  { additionalProperties: false },
);
export type DetectionMixQuery = Static<typeof DetectionMixQuery>;

const Counts = Type.Array(Type.Integer({ minimum: 0 }), { description: 'Of each bucket' });

/**
 * What was seen over time. An occurrence counts once, where it began; a frame (`decide.mode:
 * frame`) for itself.
 */
export const DetectionMix = Type.Object({
  buckets: Type.Array(Ids.timestamp, { description: 'Where each begins' }),
  classes: Type.Array(Type.Object({ label: Type.String(), counts: Counts }), {
    description: 'The 20 that were seen most, most first',
  }),
  others: Type.Union([Counts, Type.Null()], { description: 'All other classes together' }),
  counted: Type.Integer({ minimum: 0 }),
  countedFrom: Type.Unsafe<Static<typeof Ids.timestamp>>({
    ...Ids.timestamp,
    description:
      'What was captured earlier is not counted: there is too much. from, where all is counted',
  }),
});
export type DetectionMix = Static<typeof DetectionMix>;
