import type { PredictionLine, Sha256 } from '@edgeloop/protocol';
import { readPredictionLines } from '../../predictions/read-prediction-lines.ts';

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

/**
 * Reads `predictions.jsonl` and holds it against the test side that it is for: every sample once,
 * none beside them, the label that the dataset has, finite scores of which the highest is the
 * prediction's. Line by line, and no further than to the first that is wrong: whatever the file is,
 * of it no more is in memory than what each sample was called.
 * @param content UTF-8
 * @param classes of the model, in its order
 */
export async function readPredictions(
  content: AsyncIterable<Uint8Array>,
  samples: readonly TestSample[],
  classes: readonly string[],
): Promise<Predictions | Unreadable> {
  const fold = new PredictionFold(samples, classes);
  let line = 0;
  try {
    // More lines than samples: one of them is twice there, or of none.
    for await (const prediction of readPredictionLines(content, samples.length + 1)) {
      line += 1;
      const problem = fold.add(prediction);
      if (problem !== null) return { problem: `Line ${line}: ${problem}.` };
    }
  } catch (error) {
    if ((error as { code?: string }).code !== 'PREDICTIONS_UNREADABLE') throw error;
    return { problem: (error as Error).message };
  }
  return fold.whole();
}

type Form = 'int8' | 'float32';

/** What each form called each sample, as far as it was read. */
class PredictionFold {
  readonly #samples: readonly TestSample[];
  readonly #truth: ReadonlyMap<Sha256, string>;
  readonly #classes: readonly string[];
  readonly #calls: Record<Form, Map<Sha256, string>> = { int8: new Map(), float32: new Map() };

  constructor(samples: readonly TestSample[], classes: readonly string[]) {
    this.#samples = samples;
    this.#truth = new Map(samples.map(({ sha256, label }) => [sha256, label]));
    this.#classes = classes;
  }

  /** @returns what is wrong with it; null: nothing */
  add(line: PredictionLine): string | null {
    const { sha256, int8, float32 } = line;
    const problem = misfit(line, this.#truth, this.#classes);
    if (problem !== null) return problem;
    if (this.#calls.int8.has(sha256)) return `sample ${sha256} comes twice`;
    this.#calls.int8.set(sha256, int8.label);
    if (float32) this.#calls.float32.set(sha256, float32.label);
    return null;
  }

  /** When all lines were added. */
  whole(): Predictions | Unreadable {
    const { int8, float32 } = this.#calls;
    const here = this.#samples.filter(({ removed }) => !removed);
    const missing = (calls: Calls) => here.filter(({ sha256 }) => !calls.has(sha256)).length;
    if (missing(int8) > 0) {
      return { problem: `${missing(int8)} of ${here.length} test samples have no prediction.` };
    }
    if (float32.size === 0) return { int8, float32: null };
    if (missing(float32) > 0) {
      return { problem: `${missing(float32)} of ${here.length} lack FP32's prediction.` };
    }
    return { int8, float32 };
  }
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
