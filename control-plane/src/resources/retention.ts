import Type, { type Static, type TSchema } from 'typebox';

const closed = { additionalProperties: false } as const;
const Size = Type.Integer({ minimum: 0, description: 'Bytes' });
const bound = (description: string) =>
  Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
    description: `${description}; null: no bound`,
  });
/** A description beside a schema that has none. */
const described = <Schema extends TSchema>(schema: Schema, description: string) =>
  Type.Unsafe<Static<Schema>>({ ...schema, description });

/** Ages are milliseconds, from 1 d to 36500 d; sizes are bytes, from 64 MiB to 1 PiB. */
const Bounds = Type.Object(
  {
    detectionAge: bound('ms: detections that were received longer ago are removed'),
    databaseBytes: bound('The oldest detections are removed while the database holds more'),
    sampleAge: bound('ms: samples without a label that were received longer ago are removed'),
    sampleBytes: bound('The oldest samples without a label are removed while all take more'),
    pictureAge: bound('ms: thumbnails of occurrences that were received longer ago are removed'),
    pictureBytes: bound(
      'While all thumbnails take more, the oldest of the devices that have most are removed',
    ),
  },
  closed,
);

const Settings = Type.Partial(Bounds, closed);
export type RetentionSettings = Static<typeof Settings>;

/** What is to hold. Each bound that is left out holds as the control plane was started with it. */
export const RetentionChange = Type.Object(
  {
    settings: described(
      Settings,
      'In place of all that was set before; ages from 1 d to 36500 d, sizes from 64 MiB to 1 PiB',
    ),
  },
  closed,
);
export type RetentionChange = Static<typeof RetentionChange>;

/** What would go. */
export const RetentionPreviewRequest = Type.Object(
  {
    ...RetentionChange.properties,
    byClock: Type.Optional(
      Type.Boolean({ description: 'As if the clock were confirmed, which is in doubt' }),
    ),
  },
  closed,
);
export type RetentionPreviewRequest = Static<typeof RetentionPreviewRequest>;

export const RetentionView = Type.Object({
  settings: described(Settings, 'What was set here'),
  bounds: described(Bounds, 'What holds now'),
  defaults: described(Bounds, 'The options of the process: hold where nothing was set'),
});
export type RetentionView = Static<typeof RetentionView>;

const Amount = Type.Object({
  count: Type.Integer({ minimum: 0 }),
  bytes: Size,
});
export type Amount = Static<typeof Amount>;

/** What bounds would remove within minutes, for good. */
export const RetentionPreview = Type.Object({
  detections: described(Amount, 'bytes: about, as the oldest are; of a size, count is, too'),
  samples: described(Amount, 'Pictures without a label'),
  pictures: described(Amount, 'Thumbnails of occurrences; of a size: about'),
  kept: described(
    Amount,
    'Samples that stay whatever the bounds: with a label, in a dataset, or before someone now',
  ),
});
export type RetentionPreview = Static<typeof RetentionPreview>;

/** How much there is of what has bounds, and how much room is left. */
export const RetentionUsage = Type.Object({
  database: described(Size, 'Bytes that hold something; its file does not shrink'),
  samples: described(Size, 'Bytes of all pictures worth a label, labelled ones too'),
  pictures: described(Size, 'Bytes of all thumbnails'),
  disk: Type.Object({
    free: Size,
    total: Size,
    state: Type.Union([Type.Literal('room'), Type.Literal('no-samples'), Type.Literal('full')], {
      description: 'What is still taken: everything; no more pictures and models; nothing',
    }),
    samplesMark: Type.Integer({
      description: '--samples-mark: with less free, pictures and models are refused',
    }),
    detectionsMark: Type.Integer({
      description: '--detections-mark: with less free, nothing is stored',
    }),
  }),
});
export type RetentionUsage = Static<typeof RetentionUsage>;
