import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { next, nullable } from './page.ts';

const Count = Type.Integer({ minimum: 0 });
const sides = { train: Count, validation: Count, test: Count };

export const DatasetView = Type.Object({
  task: Ids.task,
  number: Type.Integer({ minimum: 1 }),
  fingerprint: Type.Unsafe<Static<typeof Ids.sha256>>({
    ...Ids.sha256,
    description:
      'Of a line for each sample, sorted: its digest, its side, its label as JSON, a space between',
  }),
  createdAt: Ids.timestamp,
  createdBy: Type.String(),
  classes: Type.Array(Type.String()),
  counts: Type.Object({
    ...sides,
    unbiased: Type.Integer({
      minimum: 0,
      description: 'Of the test side: drawn at random by devices',
    }),
    byClass: Type.Record(Type.String(), Type.Object(sides)),
  }),
  removed: Type.Integer({
    minimum: 0,
    description:
      'Samples whose pictures are gone with their device. The fingerprint is that of all',
  }),
  untrainable: Type.Union([Type.String(), Type.Null()], {
    description: 'Why no model can be trained on it, in words; null: one can',
  }),
});
export type DatasetView = Static<typeof DatasetView>;

export const DatasetPage = Type.Object({
  datasets: Type.Array(DatasetView, { description: 'Newest first' }),
  next,
});
export type DatasetPage = Static<typeof DatasetPage>;

const FrozenSampleView = Type.Object({
  sha256: Ids.sha256,
  label: Type.String(),
  side: Type.Union([Type.Literal('train'), Type.Literal('validation'), Type.Literal('test')]),
  unbiased: Type.Boolean({ description: 'Of the test side, and drawn at random by a device' }),
  device: Type.Union([Ids.device, Type.Null()], {
    description: 'That saw it first; null: it was imported',
  }),
  camera: nullable(Ids.camera),
  removedAt: Type.Union([Ids.timestamp, Type.Null()], {
    description: 'Since when the picture is gone; null: it is here',
  }),
});

export const FrozenSamplePage = Type.Object({
  samples: Type.Array(FrozenSampleView, { description: 'In the order of their digests' }),
  next,
});
export type FrozenSamplePage = Static<typeof FrozenSamplePage>;

export const ExportQuery = Type.Object(
  {
    format: Type.Union(
      [Type.Literal('imagefolder'), Type.Literal('label-studio'), Type.Literal('label-studio-min')],
      { description: 'side/class/digest.jpg; or tasks.json (JSON, JSON-MIN) beside images/' },
    ),
  },
  { additionalProperties: false },
);
export type ExportQuery = Static<typeof ExportQuery>;

export const ImportQuery = Type.Object(
  {
    format: Type.Union([Type.Literal('imagefolder'), Type.Literal('label-studio')], {
      description:
        'A zip of class folders; or tasks of Label Studio (JSON, JSON-MIN), in a zip beside their pictures, or alone for pictures that are here',
    }),
  },
  { additionalProperties: false },
);
export type ImportQuery = Static<typeof ImportQuery>;

export const ImportReportView = Type.Object({
  added: Type.Integer({ description: 'Pictures that are new' }),
  known: Type.Integer({ description: 'Pictures that were here: the same bytes are one sample' }),
  labelled: Type.Integer({ description: 'Labels that were given' }),
  conflicts: Type.Integer({ description: 'Pictures whose label here is another. It stays' }),
  skipped: Type.Integer({ description: 'Files that were not taken' }),
  newClasses: Type.Array(Type.String()),
  problems: Type.Array(Type.Object({ file: Type.String(), reason: Type.String() }), {
    description: 'The first hundred conflicts and skipped files',
  }),
});
export type ImportReportView = Static<typeof ImportReportView>;
