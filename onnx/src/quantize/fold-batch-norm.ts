import { DataType, type NodeProto } from '../protobuf/model.ts';
import { attribute, type FloatGraph } from './float-graph.ts';

/** The operator's own default. */
const EPSILON = 1e-5;

/**
 * Takes out each BatchNormalization that is the only consumer of a convolution: it scales and
 * shifts whole output channels, which the convolution's weights and bias can do, in float64. Any
 * other is left, for `rewriteQuantized` to refuse.
 */
export function foldBatchNorms(graph: FloatGraph): void {
  for (const norm of graph.nodes.filter(({ opType }) => opType === 'BatchNormalization')) {
    const [input] = norm.input as [string];
    const convolution = graph.producer(input);
    const folds =
      convolution?.opType === 'Conv' &&
      graph.consumers(input).length === 1 &&
      !graph.outputNames.includes(input);
    if (folds && fold(graph, convolution, norm)) {
      graph.nodes = graph.nodes.filter((node) => node !== norm);
    }
  }
}

/** False where the numbers are no constants. */
function fold(graph: FloatGraph, convolution: NodeProto, norm: NodeProto): boolean {
  const [gamma, beta, mean, variance] = (norm.input ?? []).slice(1).map((of) => graph.floats(of));
  const [, weightName, biasName] = convolution.input ?? [];
  const weights = graph.floats(weightName);
  const bias = biasName ? graph.floats(biasName) : null;
  if (!gamma || !beta || !mean || !variance || !weights || (biasName && !bias)) return false;
  const epsilon = attribute(norm, 'epsilon')?.f ?? EPSILON;
  const perChannel = weights.length / gamma.length;
  const folded = new Float32Array(weights.length);
  const shift = gamma.map((scale, channel) => {
    const slope = scale / Math.sqrt((variance[channel] as number) + epsilon);
    const from = channel * perChannel;
    for (let i = from; i < from + perChannel; i++) folded[i] = (weights[i] as number) * slope;
    const own = bias?.[channel] ?? 0;
    return (beta[channel] as number) + (own - (mean[channel] as number)) * slope;
  });
  const [output] = norm.output as [string];
  const keep = (name: string, dims: number[], data: Float32Array) => {
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    graph.initializers.set(name, { name, dims, dataType: DataType.FLOAT, rawData });
    return name;
  };
  convolution.input = [
    convolution.input?.[0] as string,
    keep(`${output} folded weights`, graph.dims(weightName as string), folded),
    keep(`${output} folded bias`, [gamma.length], shift),
  ];
  convolution.output = [output];
  return true;
}
