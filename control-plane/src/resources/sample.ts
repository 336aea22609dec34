import { PICTURE_TYPES, type PictureType } from '@edgeloop/imaging';
import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { ClassName } from '../labels/class-name.ts';
import { next, nullable, paging } from './page.ts';

const Side = Type.Union([Type.Literal('train'), Type.Literal('validation'), Type.Literal('test')]);

const Origin = Type.Union(
  [Type.Literal('random'), Type.Literal('chosen'), Type.Literal('imported')],
  {
    description:
      'random: a device drew it, whatever it shows; chosen: for what it shows; imported: a person brought it',
  },
);

const State = Type.Union(
  [
    Type.Literal('unlabelled'),
    Type.Literal('disputed'),
    Type.Literal('class'),
    Type.Literal('none'),
  ],
  { description: 'disputed: persons disagree; none: not any of the classes' },
);

export const SampleLabel = Type.Object({
  state: State,
  class: nullable(Type.String({ description: 'Of state class' })),
});
export type SampleLabel = Static<typeof SampleLabel>;

const SampleSighting = Type.Object({
  site: nullable(Ids.site),
  device: nullable(Ids.device),
  camera: nullable(Ids.camera),
  slot: nullable(Ids.slot),
  model: nullable(Type.String({ description: 'Digest, or what an import calls it' })),
  capturedAt: nullable(Ids.timestamp),
  receivedAt: Ids.timestamp,
  reasons: Type.Array(Type.String()),
  scores: Type.Record(Type.String(), Type.Number()),
  source: nullable(Type.String({ description: 'Name of the file, where there was one' })),
  importedBy: nullable(Type.String()),
});

export const SampleView = Type.Object({
  task: Ids.task,
  sha256: Ids.sha256,
  bytes: Type.Integer(),
  type: Type.Unsafe<PictureType>(Type.Union(PICTURE_TYPES.map((type) => Type.Literal(type)))),
  width: Type.Integer(),
  height: Type.Integer(),
  origin: Origin,
  side: Type.Unsafe<Static<typeof Side>>({ ...Side, description: 'Of datasets, for good' }),
  straddles: Type.Boolean({
    description: 'It is near to samples of two sides: no dataset takes it',
  }),
  group: Type.Unsafe<Static<typeof Ids.sha256>>({
    ...Ids.sha256,
    description: 'Samples of a burst, and look-alikes of a device, have it in common',
  }),
  guess: nullable(Type.String({ description: 'What the model takes it for' })),
  uncertainty: nullable(Type.Number({ description: '0: certain … 1: two classes are even' })),
  receivedAt: Ids.timestamp,
  label: SampleLabel,
  labelledAt: nullable(Ids.timestamp),
  sightings: Type.Array(SampleSighting, { description: 'The first 20' }),
});
export type SampleView = Static<typeof SampleView>;

export const SampleQuery = Type.Object(
  {
    state: Type.Optional(State),
    label: Type.Optional(ClassName),
    side: Type.Optional(Side),
    origin: Type.Optional(Origin),
    device: Type.Optional(Ids.device),
    ...paging,
  },
  { additionalProperties: false },
);
export type SampleQuery = Static<typeof SampleQuery>;

export const SamplePage = Type.Object({
  samples: Type.Array(SampleView, { description: 'Newest first' }),
  next,
});
export type SamplePage = Static<typeof SamplePage>;

const Count = Type.Integer({ minimum: 0 });

/** What all devices of a task may sample together. */
export const FleetBudget = Type.Object(
  { perHour: Count, perDay: Count, bytesPerDay: Count },
  { additionalProperties: false },
);
export type FleetBudget = Static<typeof FleetBudget>;

export const BudgetView = Type.Object({
  budget: Type.Union([FleetBudget, Type.Null()], {
    description: 'null: devices keep to their own configuration',
  }),
});
