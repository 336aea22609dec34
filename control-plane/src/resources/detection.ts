import { Detection, Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { Instant } from './instant.ts';

const filters = {
  site: Type.Optional(Ids.site),
  device: Type.Optional(Ids.device),
  camera: Type.Optional(Ids.camera),
  label: Type.Optional(Type.String()),
  type: Type.Optional(
    Type.Union(
      [
        Type.Literal('frame'),
        Type.Literal('new'),
        Type.Literal('update'),
        Type.Literal('end'),
        Type.Literal('occurrence'),
      ],
      { description: 'occurrence: new and frame, so that each is there once, as the mix counts' },
    ),
  ),
  model: Type.Optional(Ids.sha256),
  stream: Type.Optional(Ids.stream),
  minScore: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  from: Type.Optional(Type.Unsafe<string>({ ...Instant, description: 'Captured then or later' })),
  to: Type.Optional(Type.Unsafe<string>({ ...Instant, description: 'Captured before' })),
};
const DetectionFilters = Type.Object(filters);
export type DetectionFilters = Static<typeof DetectionFilters>;

export const DetectionQuery = Type.Object(
  {
    ...filters,
    order: Type.Optional(
      Type.Union([Type.Literal('newest'), Type.Literal('oldest'), Type.Literal('stored')], {
        description:
          'By capture time, newest first (default) or oldest first; or in the order of storing, in which a follower misses nothing that comes late',
      }),
    ),
    cursor: Type.Optional(Type.String({ description: 'next of the page before' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100' })),
  },
  { additionalProperties: false },
);
export type DetectionQuery = Static<typeof DetectionQuery>;

export const DetectionExportQuery = Type.Object(
  {
    ...filters,
    order: Type.Optional(
      Type.Union([Type.Literal('newest'), Type.Literal('oldest')], {
        description: 'By capture time; newest first is the default',
      }),
    ),
  },
  { additionalProperties: false },
);
export type DetectionExportQuery = Static<typeof DetectionExportQuery>;

const Origin = Type.Object({
  id: Type.Integer({ description: 'In the order of storing' }),
  site: Ids.site,
  device: Ids.device,
  camera: Ids.camera,
  receivedAt: Ids.timestamp,
});

/** The message, with who said it and when it was received. */
export const StoredDetection = Type.Intersect([Origin, Detection]);
export type StoredDetection = Static<typeof Origin> & Detection;

export const DetectionPage = Type.Object({
  detections: Type.Unsafe<StoredDetection[]>(
    Type.Array(StoredDetection, {
      description:
        'As many as limit says, or fewer, or none, before the last page: a call looks at some 100,000 rows at most for what no index has',
    }),
  ),
  next: Type.Union([Type.String(), Type.Null()], {
    description:
      'cursor of the next page; null: this is the last. Never null in the order stored: there the end is reached when it is the cursor that was given',
  }),
});
export type DetectionPage = Static<typeof DetectionPage>;
