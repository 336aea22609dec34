import Type, { type Static } from 'typebox';
import { Ids } from '../id-schemas.ts';

/** What one form of a model made of one sample. */
export const Prediction = Type.Object({
  label: Type.String({ minLength: 1, description: 'The class with the highest score' }),
  scores: Type.Array(Type.Number({ minimum: 0, maximum: 1 }), {
    description: 'In the order of the classes of the model',
  }),
});
export type Prediction = Static<typeof Prediction>;

/**
 * A line of `predictions.jsonl`: a sample of the test side, its true class, and what each form of
 * the model made of it.
 */
export const PredictionLine = Type.Object({
  sha256: Ids.sha256,
  label: Type.String({ minLength: 1, description: 'What a person called it' }),
  int8: Prediction,
  float32: Type.Optional(Prediction),
});
export type PredictionLine = Static<typeof PredictionLine>;
