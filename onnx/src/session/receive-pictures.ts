import { allocateTensor, tensorLength, tensorShape, writeTensor } from '@edgeloop/protocol/tensor';
import { readBytes } from '../process/child-requests.ts';
import type { PicturesRequest } from './inference-messages.ts';

export interface TensorInput {
  readonly data: Uint8Array | Float32Array;
  readonly dims: readonly number[];
}

/** Written to again by the next run, like the tensor: a buffer for each would wait for a collection, and there are thousands a minute. */
let picture = new Uint8Array();
let tensor: Uint8Array | Float32Array = picture;

/** Reads the pictures that a request announces, and makes the model's tensor of them. It holds until the next call. */
export function receivePictures({ count, size, plan }: PicturesRequest): TensorInput {
  const ofType = plan.type === 'float32' ? Float32Array : Uint8Array;
  if (tensor.length !== count * tensorLength(plan, size) || !(tensor instanceof ofType)) {
    tensor = allocateTensor(plan, size, count);
  }
  if (picture.length !== 3 * size ** 2) picture = new Uint8Array(3 * size ** 2);
  for (let index = 0; index < count; index++) {
    readBytes(picture);
    writeTensor(plan, size, picture, tensor, index);
  }
  return { data: tensor, dims: tensorShape(plan, size, count) };
}
