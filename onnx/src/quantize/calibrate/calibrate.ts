import type { ModelProto } from '../../protobuf/model.ts';
import { entropyRange } from './entropy-range.ts';
import type { Histogram } from './histogram.ts';
import { type CalibrationPictures, observeActivations } from './observe-activations.ts';
import { percentileRange } from './percentile-range.ts';
import type { Range } from './range.ts';

/** How the range of an activation is chosen from the values that it took. */
export const CALIBRATION_METHODS = ['minmax', 'percentile', 'entropy'] as const;
export type CalibrationMethod = (typeof CALIBRATION_METHODS)[number];

const CHOICES: Readonly<Record<CalibrationMethod, (histogram: Histogram) => Range>> = {
  minmax: ({ range }) => range,
  percentile: percentileRange,
  entropy: entropyRange,
};

/** The range of each tensor by each method, after one look at the pictures. */
export async function calibrate(
  model: ModelProto,
  tensors: readonly string[],
  methods: readonly CalibrationMethod[],
  over: CalibrationPictures,
): Promise<Map<CalibrationMethod, Map<string, Range>>> {
  const observed = await observeActivations(model, tensors, over);
  const histograms = Array.from(observed, ([name, counts]) => [name, counts.histogram()] as const);
  return new Map(
    methods.map((method) => [
      method,
      new Map(histograms.map(([name, histogram]) => [name, CHOICES[method](histogram)])),
    ]),
  );
}
