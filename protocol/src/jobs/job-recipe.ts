import Type, { type Static } from 'typebox';

const Count = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });
const Share = Type.Number({ minimum: 0, maximum: 1 });

/**
 * What a job says of how to train; what it leaves out is the trainer's default. Names and meanings are those of `edgeloop-trainer fit`
 * (docs/training.md). Sides of the split are the dataset's; threads and provider are the trainer's own.
 */
export const JobRecipe = Type.Object(
  {
    size: Type.Optional(
      Type.Integer({ minimum: 32, maximum: 448, multipleOf: 32, description: 'Pixels a side' }),
    ),
    epochs: Type.Optional(Count(1, 10_000)),
    probeEpochs: Type.Optional(Count(0, 10_000)),
    batch: Type.Optional(Count(1, 4096)),
    accumulation: Type.Optional(Count(1, 4096)),
    optimizer: Type.Optional(Type.Union([Type.Literal('sgd'), Type.Literal('adamw')])),
    learningRate: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    warmUp: Type.Optional(Share),
    momentum: Type.Optional(Share),
    weightDecay: Type.Optional(Share),
    labelSmoothing: Type.Optional(Share),
    classWeights: Type.Optional(Type.Union([Type.Literal('none'), Type.Literal('balanced')])),
    averaging: Type.Optional(Share),
    frozenStages: Type.Optional(Count(0, 5)),
    frozenStatistics: Type.Optional(Type.Boolean()),
    quantizationAware: Type.Optional(Count(0, 10_000)),
    patience: Type.Optional(Count(0, 10_000)),
    colourJitter: Type.Optional(Share),
    seed: Type.Optional(Count(0, 2 ** 31 - 1)),
    precision: Type.Optional(Type.Union([Type.Literal('float32'), Type.Literal('mixed')])),
  },
  { additionalProperties: false },
);
export type JobRecipe = Static<typeof JobRecipe>;
