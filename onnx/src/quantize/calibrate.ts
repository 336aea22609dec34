import { encodeModel } from '../protobuf/encode.ts';
import { AttributeType, DataType, type ModelProto, type NodeProto } from '../protobuf/model.ts';
import { entropyRange } from './entropy-range.ts';
import { Histogram } from './histogram.ts';
import { percentileRange } from './percentile-range.ts';
import { mergeRanges, type Range } from './range.ts';

/** How the range of an activation is chosen from the values that it took. */
export const CALIBRATION_METHODS = ['minmax', 'percentile', 'entropy'] as const;
export type CalibrationMethod = (typeof CALIBRATION_METHODS)[number];

type Outputs = Readonly<Record<string, { readonly data: Float32Array }>>;

/** Runs a model over the calibration pictures, some at a time. */
export type CalibrationRuns = (model: Uint8Array) => AsyncIterable<Outputs>;

const lowest = (tensor: string) => `lowest of ${tensor}`;
const highest = (tensor: string) => `highest of ${tensor}`;

/**
 * The range of each tensor by each method. Looks twice at the pictures: for the extremes, and where a method needs
 * them for the histograms between those.
 */
export async function calibrate(
  model: ModelProto,
  tensors: readonly string[],
  methods: readonly CalibrationMethod[],
  runs: CalibrationRuns,
): Promise<Map<CalibrationMethod, Map<string, Range>>> {
  const extremes = await observeExtremes(model, tensors, runs);
  const results = new Map<CalibrationMethod, Map<string, Range>>();
  const needsHistograms = methods.some((method) => method !== 'minmax');
  const histograms = needsHistograms ? await observeHistograms(model, extremes, runs) : [];
  const each = (choose: (histogram: Histogram) => Range) =>
    new Map(Array.from(histograms, ([name, histogram]) => [name, choose(histogram)]));
  for (const method of methods) {
    if (method === 'minmax') results.set(method, extremes);
    if (method === 'percentile') results.set(method, each(percentileRange));
    if (method === 'entropy') results.set(method, each(entropyRange));
  }
  return results;
}

async function observeExtremes(
  model: ModelProto,
  tensors: readonly string[],
  runs: CalibrationRuns,
): Promise<Map<string, Range>> {
  const ranges = new Map<string, Range>();
  for await (const outputs of runs(extremesModel(model, tensors))) {
    for (const tensor of tensors) {
      const min = outputs[lowest(tensor)]?.data[0] ?? 0;
      const max = outputs[highest(tensor)]?.data[0] ?? 0;
      ranges.set(tensor, mergeRanges(ranges.get(tensor), { min, max }));
    }
  }
  return ranges;
}

async function observeHistograms(
  model: ModelProto,
  extremes: ReadonlyMap<string, Range>,
  runs: CalibrationRuns,
): Promise<Map<string, Histogram>> {
  const histograms = new Map(
    Array.from(extremes, ([name, range]) => [name, new Histogram(range)] as const),
  );
  for await (const outputs of runs(withOutputs(model, [...extremes.keys()]))) {
    for (const [name, histogram] of histograms) {
      histogram.add(outputs[name]?.data ?? new Float32Array());
    }
  }
  return histograms;
}

/** The model with the lowest and highest value of each tensor as its outputs: scalars, not whole activations. */
function extremesModel(model: ModelProto, tensors: readonly string[]): Uint8Array {
  const reduce = (opType: string, tensor: string, output: string): NodeProto => ({
    input: [tensor],
    output: [output],
    name: output,
    opType,
    attribute: [{ name: 'keepdims', i: 0, type: AttributeType.INT }],
  });
  const reductions = tensors.flatMap((tensor) => [
    reduce('ReduceMin', tensor, lowest(tensor)),
    reduce('ReduceMax', tensor, highest(tensor)),
  ]);
  const node = [...(model.graph?.node ?? []), ...reductions];
  return withOutputs(
    { ...model, graph: { ...model.graph, node } },
    tensors.flatMap((tensor) => [lowest(tensor), highest(tensor)]),
  );
}

/** The model with these float tensors as its outputs. */
function withOutputs(model: ModelProto, tensors: readonly string[]): Uint8Array {
  const output = tensors.map((name) => ({
    name,
    type: { tensorType: { elemType: DataType.FLOAT } },
  }));
  return encodeModel({ ...model, graph: { ...model.graph, output } });
}
