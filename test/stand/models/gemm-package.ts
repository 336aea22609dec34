import { AttributeType, encodeModel } from '@edgeloop/onnx';
import { COLOURS, writeColourPackage } from './colour-package.ts';
import { float } from './graph-parts.ts';

/**
 * The colour package with a last layer of its own: `logits = mean colour · weightᵀ + bias`. It is
 * not run.
 */
export function writeGemmPackage(folder: string): Promise<string> {
  const count = COLOURS.length;
  const identity = Array.from({ length: count ** 2 }, (_, i) => (i % (count + 1) === 0 ? 1 : 0));
  const transposed = { name: 'transB', i: 1, type: AttributeType.INT };
  const model = encodeModel({
    irVersion: 8,
    opsetImport: [{ version: 17 }],
    graph: {
      name: 'gemm',
      node: [
        { opType: 'Flatten', input: ['input'], output: ['embedding'] },
        {
          opType: 'Gemm',
          input: ['embedding', 'weight', 'bias'],
          output: ['logits'],
          attribute: [transposed],
        },
      ],
      initializer: [float('weight', identity, [count, count]), float('bias', [0, 0, 0])],
      input: [{ name: 'input' }],
      output: [{ name: 'logits' }, { name: 'embedding' }],
    },
  });
  return writeColourPackage(folder, model);
}
