import Type, { type Static } from 'typebox';

const Ratio = Type.Number({ minimum: 0, maximum: 1 });

/**
 * What a trained model must show before it may become `candidate`. Ratios: 0.01 is one point of
 * accuracy.
 */
export const GatePolicy = Type.Object(
  {
    leastSamples: Type.Integer({
      minimum: 1,
      description: 'Test samples without which nothing is judged',
    }),
    floors: Type.Object(
      {
        accuracy: Ratio,
        classRecall: Type.Unsafe<number>({
          ...Ratio,
          description: 'Of every class with enough test samples',
        }),
      },
      {
        additionalProperties: false,
        description: 'Of a first model, and of classes that the champion does not know',
      },
    ),
    margin: Type.Unsafe<number>({
      ...Ratio,
      description: 'By which it must be better than the champion',
    }),
    alpha: Type.Number({
      exclusiveMinimum: 0,
      maximum: 0.5,
      description: 'Greatest probability that the lead on the champion is chance',
    }),
    int8Loss: Type.Object(
      { overall: Ratio, perClass: Ratio },
      { additionalProperties: false, description: 'What INT8 may lose against FP32' },
    ),
    classSamples: Type.Integer({
      minimum: 1,
      description: 'Test samples of a class from which on it is judged by itself',
    }),
  },
  { additionalProperties: false },
);
export type GatePolicy = Static<typeof GatePolicy>;

export const DEFAULT_GATE: GatePolicy = {
  leastSamples: 30,
  floors: { accuracy: 0.7, classRecall: 0.5 },
  margin: 0,
  alpha: 0.05,
  int8Loss: { overall: 0.01, perClass: 0.05 },
  classSamples: 30,
};
