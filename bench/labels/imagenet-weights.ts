import { resolve } from 'node:path';
import { adoptResNet18, type Weights } from '@edgeloop/onnx';
import { readWeights } from '../../trainer/src/weights/weights-file.ts';

/** Real ones of the first stages; the last stage and the classes are drawn by the seed. */
export async function imagenetWeights(
  data: string,
  classes: number,
  seed: number,
): Promise<Weights> {
  const path = resolve(data, 'weights/resnet18-imagenet-without-layer4.safetensors');
  const { tensors } = await readWeights({ path, sha256: null });
  return adoptResNet18(tensors, { classes, seed }).weights;
}
