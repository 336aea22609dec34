import { encodeModel } from '@edgeloop/onnx';
import { smallModel } from '../../test/onnx/untrusted/small-model.ts';
import { float } from '../../test/stand/models/graph-parts.ts';

const CLASSES = 3;
/** Logits of a pure colour, as the colour package's golden case has them. */
const GAIN = 10 / 255;

/**
 * The colour model of the tests, with its three weights spread over two layers until it is so
 * large: a package that the registry checks and signs like any other, and whose size is what a
 * bench wants.
 * @param bytes of its weights
 */
export function standInModel(bytes: number): Uint8Array {
  // Rows as many as fit in float32, the same for each class.
  const width = CLASSES * Math.floor(bytes / (2 * 4 * CLASSES * CLASSES));
  const spread = Array<number>(CLASSES * width).fill(0);
  const gather = Array<number>(width * CLASSES).fill(0);
  for (let i = 0; i < width; i++) {
    const colour = i % CLASSES;
    spread[colour * width + i] = 1;
    gather[i * CLASSES + colour] = CLASSES / width;
  }
  return encodeModel(
    smallModel(
      [
        { opType: 'MatMul', input: ['embedding', 'spread'], output: ['hidden'] },
        { opType: 'MatMul', input: ['hidden', 'gather'], output: ['between'] },
      ],
      {
        initializer: [
          float('gain', [GAIN]),
          float('spread', spread, [CLASSES, width]),
          float('gather', gather, [width, CLASSES]),
        ],
      },
    ),
  );
}
