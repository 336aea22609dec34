import type { Prediction, PredictionLine } from '@edgeloop/protocol';
import { COLOURS, type Colour, withExtraFile } from './colour-package.ts';

interface PredictedClass {
  readonly label: Colour;
  /** Of the class that is called; the others share the rest. */
  readonly score: number;
}

export interface TestPrediction {
  readonly sha256: string;
  readonly truth: Colour;
  readonly int8: PredictedClass;
  readonly float32?: PredictedClass;
}

/** The package with these predictions; as text, whatever it is. */
export function withPredictions(
  folder: string,
  lines: readonly TestPrediction[] | string,
): Promise<string> {
  const text =
    typeof lines === 'string'
      ? lines
      : lines.map((line) => `${JSON.stringify(lineOf(line))}\n`).join('');
  return withExtraFile(folder, Buffer.from(text));
}

function lineOf({ sha256, truth, int8, float32 }: TestPrediction): PredictionLine {
  return {
    sha256: sha256 as PredictionLine['sha256'],
    label: truth,
    int8: scored(int8),
    ...(float32 && { float32: scored(float32) }),
  };
}

function scored({ label, score }: PredictedClass): Prediction {
  const rest = (1 - score) / (COLOURS.length - 1);
  return { label, scores: COLOURS.map((colour) => (colour === label ? score : rest)) };
}
