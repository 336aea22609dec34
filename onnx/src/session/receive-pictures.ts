import { allocateTensor, tensorLength, tensorShape, writeTensor } from '@edgeloop/protocol/tensor';
import { readBytes } from '../process/blocking-requests.ts';
import { blocksShape, writeBlocks } from './arrange/write-blocks.ts';
import type { PicturesRequest } from './inference-messages.ts';

export interface TensorInput {
  readonly data: Uint8Array | Float32Array;
  readonly dims: readonly number[];
}

/**
 * Written to again by the next run, like the tensor: a buffer for each would wait for a collection,
 * and there are thousands a minute.
 */
let picture = new Uint8Array();
let tensor: Uint8Array | Float32Array = picture;

/**
 * Reads the pictures that a request announces, and makes the model's tensor of them. It holds until
 * the next call.
 * @param blocks The model takes its pixels by blocks. Pictures that have none are left as they are,
 * for the runtime to refuse.
 */
export function receivePictures(
  { count, size, plan }: PicturesRequest,
  { blocks = false } = {},
): TensorInput {
  const ofType = plan.type === 'float32' ? Float32Array : Uint8Array;
  if (tensor.length !== count * tensorLength(plan, size) || !(tensor instanceof ofType)) {
    tensor = allocateTensor(plan, size, count);
  }
  if (picture.length !== 3 * size ** 2) picture = new Uint8Array(3 * size ** 2);
  const shape = tensorShape(plan, size, count);
  const dims = blocks && plan.type === 'uint8' ? blocksShape(shape) : null;
  for (let index = 0; index < count; index++) {
    readBytes(picture);
    if (dims && plan.type === 'uint8')
      writeBlocks(plan, size, picture, tensor as Uint8Array, index);
    else writeTensor(plan, size, picture, tensor, index);
  }
  return { data: tensor, dims: dims ?? shape };
}
