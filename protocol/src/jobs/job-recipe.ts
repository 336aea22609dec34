import Type, { type Static } from 'typebox';
import { Check } from 'typebox/value';
import { counted } from '../counted.ts';
import { explainMismatch } from '../mismatch.ts';

const Count = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });
const Share = Type.Number({ minimum: 0, maximum: 1 });
const BelowOne = Type.Number({ minimum: 0, exclusiveMaximum: 1 });

/**
 * What a job says of how to train; what it leaves out is the trainer's default. Names and meanings
 * are those of `edgeloop-trainer fit` (docs/training.md). Sides of the split are the dataset's;
 * threads and provider are the trainer's own.
 */
export const JobRecipe = Type.Object(
  {
    size: Type.Optional(
      Type.Integer({ minimum: 32, maximum: 448, multipleOf: 32, description: 'Pixels a side' }),
    ),
    epochs: Type.Optional(Count(1, 10_000)),
    probeEpochs: Type.Optional(Count(0, 10_000)),
    batch: Type.Optional(Count(2, 1024)),
    accumulation: Type.Optional(Count(1, 512)),
    optimizer: Type.Optional(Type.Union([Type.Literal('sgd'), Type.Literal('adamw')])),
    learningRate: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 10 })),
    warmUp: Type.Optional(Type.Number({ minimum: 0, maximum: 0.9 })),
    momentum: Type.Optional(BelowOne),
    weightDecay: Type.Optional(Share),
    labelSmoothing: Type.Optional(BelowOne),
    classWeights: Type.Optional(Type.Union([Type.Literal('none'), Type.Literal('balanced')])),
    averaging: Type.Optional(BelowOne),
    frozenStages: Type.Optional(Count(0, 5)),
    frozenStatistics: Type.Optional(Type.Boolean()),
    quantizationAware: Type.Optional(Count(0, 10_000)),
    patience: Type.Optional(Count(0, 10_000)),
    colourJitter: Type.Optional(Share),
    seed: Type.Optional(Count(0, Number.MAX_SAFE_INTEGER)),
    precision: Type.Optional(Type.Union([Type.Literal('float32'), Type.Literal('mixed')])),
  },
  { additionalProperties: false },
);
export type JobRecipe = Static<typeof JobRecipe>;

/** The trainer's defaults of what depends on one another. */
export const RECIPE_DEFAULTS = {
  epochs: 20,
  batch: 32,
  accumulation: 1,
  quantizationAware: 0,
} as const satisfies JobRecipe;

/**
 * Why nobody can train by that recipe, as a sentence; null: one can. The rules of the control plane
 * and of every trainer.
 */
export function recipeMistake(recipe: JobRecipe): string | null {
  const wrong = Check(JobRecipe, recipe)
    ? contradiction({ ...RECIPE_DEFAULTS, ...recipe })
    : explainMismatch(JobRecipe, recipe);
  return wrong && `${wrong.charAt(0).toUpperCase()}${wrong.slice(1)}`;
}

function contradiction({
  epochs,
  batch,
  accumulation,
  quantizationAware,
}: Required<Pick<JobRecipe, keyof typeof RECIPE_DEFAULTS>>): string | null {
  // Batch normalization sees each part for itself: of one picture it has no variance.
  if (batch % accumulation !== 0 || batch / accumulation < 2) {
    return `expected equal parts of 2 pictures or more, received a batch of ${batch} in ${accumulation}.`;
  }
  if (quantizationAware > epochs) {
    return `expected a whole number from 0 to the ${counted(epochs, 'epoch')} for quantizationAware, received ${quantizationAware}.`;
  }
  return null;
}
