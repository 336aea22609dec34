import type { GraphProto } from '../../protobuf/model.ts';
import { bytesOf, ints, quantizedWeights } from './quantized-weights.ts';

/**
 * Narrower ones, and those over one pixel, are as quick or quicker by dot products: the columns
 * cost more than tiles gain.
 */
const LEAST_CHANNELS = 128;

/**
 * ONNX Runtime multiplies symmetric weights by dot products of vectors even where the processor has
 * tiles (AMX). Weights with a zero point go another way, which has them: each weight becomes one
 * less, and each zero point −1. @returns whether any did
 */
export function tileConvolutions(graph: GraphProto): boolean {
  let any = false;
  for (const node of graph.node ?? []) {
    if (node.opType !== 'Conv') continue;
    const found = quantizedWeights(graph, node);
    const [outChannels = 0, , height = 0, width = 0] = found?.weights.dims ?? [];
    // −128 has no number below it.
    if (!found || outChannels < LEAST_CHANNELS || height * width === 1) continue;
    if (found.values.includes(-128) || ints(node, 'dilations').some((by) => by !== 1)) continue;
    found.weights.rawData = bytesOf(found.values.map((value) => value - 1));
    const { length } = found.zeroPoints.rawData as Uint8Array;
    found.zeroPoints.rawData = bytesOf(new Int8Array(length).fill(-1));
    any = true;
  }
  return any;
}
