import type { GraphBuilder, Value } from '../graph/graph-builder.ts';
import type { Window } from './window-table.ts';

/** A convolution by the runtime's own operator, which wants channels before places. */
export function convolve(graph: GraphBuilder, x: Value, weights: Value, window: Window): Value {
  const { kernel, side, outputSide, stride, padding, pictures } = window;
  const [rows, out] = weights.shape as [number, number];
  const channels = rows / kernel ** 2;
  const kernels = graph.shared(`kernels of ${weights.name}`, () =>
    graph.transpose(graph.reshape(weights, [kernel, kernel, channels, out]), [3, 2, 0, 1]),
  );
  const after = Math.max(0, (outputSide - 1) * stride + kernel - side - padding);
  return run(graph, x, kernels, {
    pictures,
    side,
    outputSide,
    channels,
    out,
    attributes: {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [padding, padding, after, after],
    },
  });
}

/**
 * The gradient to the input of a convolution of stride 1: one of `dy` with the kernel turned
 * around.
 */
export function convolveTurned(
  graph: GraphBuilder,
  dy: Value,
  weights: Value,
  { kernel, side, outputSide, padding, pictures }: Window,
): Value {
  const [rows, channels] = weights.shape as [number, number];
  const out = rows / kernel ** 2;
  const taps = kernel ** 2;
  const kernels = graph.shared(`turned kernels of ${weights.name}`, () => {
    const backwards = graph.int64s(Array.from({ length: taps }, (_, tap) => taps - 1 - tap));
    const byTap = graph.reshape(weights, [taps, out, channels]);
    const turned = graph.op('Gather', [byTap, backwards], byTap.shape, { axis: 0 });
    return graph.transpose(graph.reshape(turned, [kernel, kernel, out, channels]), [2, 3, 0, 1]);
  });
  const before = kernel - 1 - padding;
  const after = side + kernel - 1 - outputSide - before;
  return run(graph, dy, kernels, {
    pictures,
    side: outputSide,
    outputSide: side,
    channels,
    out,
    attributes: {
      kernel_shape: [kernel, kernel],
      strides: [1, 1],
      pads: [before, before, after, after],
    },
  });
}

function run(
  graph: GraphBuilder,
  x: Value,
  kernels: Value,
  shape: {
    readonly pictures: number;
    readonly side: number;
    readonly outputSide: number;
    readonly channels: number;
    readonly out: number;
    readonly attributes: Readonly<Record<string, readonly number[]>>;
  },
): Value {
  const { pictures, side, outputSide, channels, out, attributes } = shape;
  const planes = graph.transpose(graph.reshape(x, [pictures, side, side, channels]), [0, 3, 1, 2]);
  const result = graph.conv(planes, kernels, [pictures, out, outputSide, outputSide], attributes);
  return graph.reshape(graph.transpose(result, [0, 2, 3, 1]), [pictures * outputSide ** 2, out]);
}
