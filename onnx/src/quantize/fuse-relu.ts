import { type FloatGraph, isRelu } from './float-graph.ts';

/**
 * Takes out each Relu that is the only consumer of a convolution or a sum: the producer gives the
 * Relu's output instead. Quantized to a range that begins at 0, with zero point 0, it cuts off what
 * is negative all the same.
 */
export function fuseRelus(graph: FloatGraph): void {
  for (const relu of graph.nodes.filter(isRelu)) {
    const [input] = relu.input as [string];
    const producer = graph.producer(input);
    const fuses = producer && ['Conv', 'Add', 'Gemm'].includes(producer.opType ?? '');
    if (!fuses || graph.consumers(input).length !== 1 || graph.outputNames.includes(input))
      continue;
    producer.output = [...(relu.output ?? [])];
    graph.nodes = graph.nodes.filter((node) => node !== relu);
  }
}
