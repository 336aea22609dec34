import { DataType, type ExpectedInterface } from '@edgeloop/onnx';
import {
  CHANNEL_MEANS,
  float,
  type Graph,
  type Model,
  type Node,
  value,
} from '../../stand/models/graph-parts.ts';

export const EXPECTED: ExpectedInterface = {
  element: 'uint8',
  input: [1, 8, 8, 3],
  classes: 3,
};

/** Mean of each channel, with operators put between it and the logits. */
export function smallModel(between: readonly Node[] = [], more: Partial<Graph> = {}): Model {
  return {
    irVersion: 8,
    opsetImport: [{ version: 17 }],
    graph: {
      name: 'small',
      node: [
        ...CHANNEL_MEANS,
        ...between,
        {
          opType: 'Mul',
          input: [between.length > 0 ? 'between' : 'embedding', 'gain'],
          output: ['logits'],
        },
      ],
      initializer: [float('gain', [10 / 255])],
      input: [value('input', DataType.UINT8, ['N', 8, 8, 3])],
      output: [
        value('logits', DataType.FLOAT, ['N', 3]),
        value('embedding', DataType.FLOAT, ['N', 3]),
      ],
      ...more,
    },
  };
}
