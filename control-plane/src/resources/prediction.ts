import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { next, nullable } from './page.ts';

const Count = Type.Integer({ minimum: 0 });
const Score = Type.Number({ minimum: 0, maximum: 1, description: 'Of the class that it called' });
const ClassLabel = Type.String({ minLength: 1, maxLength: 200 });

export const Form = Type.Union([Type.Literal('int8'), Type.Literal('float32')], {
  description: 'Of the model: int8 is what devices run',
});
export type Form = Static<typeof Form>;

export const PredictionView = Type.Object({
  sha256: Ids.sha256,
  truth: Type.String({ description: 'What a person called it' }),
  predicted: Type.String(),
  score: Score,
  picture: Type.Boolean({ description: 'Whether GET /api/samples/:sha256/picture has it' }),
});
export type PredictionView = Static<typeof PredictionView>;

export const PredictionQuery = Type.Object(
  {
    form: Type.Optional(Form),
    truth: Type.Optional(ClassLabel),
    predicted: Type.Optional(ClassLabel),
    outcome: Type.Optional(Type.Union([Type.Literal('right'), Type.Literal('wrong')])),
    cursor: Type.Optional(Type.String({ description: 'next of the page before' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'Default 100' })),
  },
  { additionalProperties: false },
);
export type PredictionQuery = Static<typeof PredictionQuery>;

export const PredictionPage = Type.Object({
  form: Form,
  total: Type.Integer({ minimum: 0, description: 'That fit, on all pages' }),
  predictions: Type.Array(PredictionView, { description: 'The highest score first' }),
  next,
});
export type PredictionPage = Static<typeof PredictionPage>;

export const ComparisonQuery = Type.Object(
  {
    with: Type.Unsafe<Static<typeof Ids.sha256>>({
      ...Ids.sha256,
      description: 'Another model of the task',
    }),
    form: Type.Optional(Form),
  },
  { additionalProperties: false },
);
export type ComparisonQuery = Static<typeof ComparisonQuery>;

const Difference = Type.Object({
  ...PredictionView.properties,
  other: Type.Object({ predicted: Type.String(), score: Score }),
});
export type Difference = Static<typeof Difference>;

export const ModelComparison = Type.Object({
  model: Ids.sha256,
  other: Ids.sha256,
  form: Form,
  samples: Type.Integer({ minimum: 0, description: 'On the test sides of both' }),
  relabelled: Type.Integer({
    minimum: 0,
    description: 'On both, but of another class meanwhile: not counted',
  }),
  right: Count,
  otherRight: Count,
  wins: Type.Integer({ minimum: 0, description: 'That it alone gets right' }),
  losses: Type.Integer({ minimum: 0, description: 'That the other alone gets right' }),
  p: nullable(Type.Number({ description: 'That its lead is chance: one-sided mid-p of McNemar' })),
  classes: Type.Record(
    Type.String(),
    Type.Object({ samples: Count, right: Count, otherRight: Count }),
  ),
  won: Type.Array(Difference, { description: 'The first fifty wins, the most certain first' }),
  lost: Type.Array(Difference, { description: 'The first fifty losses' }),
});
export type ModelComparison = Static<typeof ModelComparison>;
