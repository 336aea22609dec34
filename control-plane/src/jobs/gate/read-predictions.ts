import { explainMismatch, PredictionLine, parseJson, type Sha256 } from '@edgeloop/protocol';
import { Check } from 'typebox/value';

/** A sample of the test side with its true class. */
export interface TestSample {
  readonly sha256: Sha256;
  readonly label: string;
  /** Its picture is gone: who has no prediction for it may still be judged. It decides nothing. */
  readonly removed?: boolean;
}

/** What one form of a model called each test sample. */
export type Calls = ReadonlyMap<Sha256, string>;

export interface Predictions {
  readonly int8: Calls;
  /** Null: no line has one. */
  readonly float32: Calls | null;
}

/** Predictions that can't be judged, in words. */
export interface Unreadable {
  readonly problem: string;
}

type Form = 'int8' | 'float32';

/**
 * Reads `predictions.jsonl` and holds it against the test side that it is for: every sample once, none beside them, the
 * label that the dataset has, finite scores of which the highest is the prediction's.
 * @param classes of the model, in its order
 */
export function readPredictions(
  text: string,
  samples: readonly TestSample[],
  classes: readonly string[],
): Predictions | Unreadable {
  const truth = new Map(samples.map(({ sha256, label }) => [sha256, label]));
  const calls: Record<Form, Map<Sha256, string>> = { int8: new Map(), float32: new Map() };
  for (const [index, line] of text.trimEnd().split('\n').entries()) {
    const parsed = parseLine(line);
    const problem =
      'problem' in parsed
        ? parsed.problem
        : (misfit(parsed, truth, classes) ??
          (calls.int8.has(parsed.sha256) ? `sample ${parsed.sha256} comes twice` : null));
    if (problem !== null) return { problem: `Line ${index + 1}: ${problem}.` };
    const { sha256, int8, float32 } = parsed as PredictionLine;
    calls.int8.set(sha256, int8.label);
    if (float32) calls.float32.set(sha256, float32.label);
  }
  const here = samples.filter(({ removed }) => !removed);
  const missing = (form: Form) => here.filter(({ sha256 }) => !calls[form].has(sha256)).length;
  if (missing('int8') > 0) {
    return { problem: `${missing('int8')} of ${here.length} test samples have no prediction.` };
  }
  if (calls.float32.size === 0) return { int8: calls.int8, float32: null };
  if (missing('float32') > 0) {
    return { problem: `${missing('float32')} of ${here.length} lack FP32's prediction.` };
  }
  return calls;
}

function parseLine(line: string): PredictionLine | Unreadable {
  let value: unknown;
  try {
    value = parseJson(line);
  } catch {
    return { problem: `expected JSON, received ${JSON.stringify(line.slice(0, 40))}` };
  }
  if (Check(PredictionLine, value)) return value;
  return { problem: explainMismatch(PredictionLine, value).replace(/\.$/, '') };
}

function misfit(
  { sha256, label, int8, float32 }: PredictionLine,
  truth: ReadonlyMap<Sha256, string>,
  classes: readonly string[],
): string | null {
  const known = truth.get(sha256);
  if (known === undefined) return `sample ${sha256} is not on the test side`;
  if (known !== label) return `sample ${sha256} is ${known} in the dataset, not ${label}`;
  for (const { label: called, scores } of float32 ? [int8, float32] : [int8]) {
    if (scores.length !== classes.length) {
      return `expected ${classes.length} scores, received ${scores.length}`;
    }
    const score = scores[classes.indexOf(called)];
    // Where scores are equal, which of them is called is the model's affair.
    if (score === undefined || score < Math.max(...scores)) {
      return `${called} is called, but is not the class with the highest score`;
    }
  }
  return null;
}
