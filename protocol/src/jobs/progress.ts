import Type, { type Static } from 'typebox';

const Count = Type.Integer({ minimum: 0 });
const Ratio = Type.Number({ minimum: 0, maximum: 1 });

/** A point of the curves. */
export const TrainedEpoch = Type.Object(
  {
    epoch: Type.Integer({ minimum: 1, maximum: 10_000 }),
    loss: Type.Number(),
    accuracy: Ratio,
    validationLoss: Type.Number(),
    validationAccuracy: Ratio,
    learningRate: Type.Number({ minimum: 0 }),
  },
  { additionalProperties: false },
);
export type TrainedEpoch = Static<typeof TrainedEpoch>;

/** Where a training is. */
export const JobProgress = Type.Object(
  {
    phase: Type.String({ maxLength: 200, description: 'In words: Downloading, Training, …' }),
    /** From 1; with `step`, null outside of the training itself. */
    epoch: Type.Union([Count, Type.Null()]),
    epochs: Type.Union([Count, Type.Null()]),
    step: Type.Union([Count, Type.Null()], {
      description: 'Of the whole training; epochs before count',
    }),
    steps: Type.Union([Count, Type.Null()], { description: 'Of the whole training' }),
    loss: Type.Union([Type.Number(), Type.Null()]),
    accuracy: Type.Union([Ratio, Type.Null()]),
    imagesPerSecond: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
    secondsLeft: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
  },
  { additionalProperties: false },
);
export type JobProgress = Static<typeof JobProgress>;
