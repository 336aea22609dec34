import {
  type FloatTensor,
  initialResNet18,
  resnet18Convolutions,
  type Weights,
} from '../architecture/weights.ts';
import { OnnxError } from '../errors.ts';

export interface AdoptedWeights {
  readonly weights: Weights;
  /** Convolutions that were not there and begin at random. */
  readonly missing: readonly string[];
}

/**
 * Weights of a ResNet18 for other classes, from tensors by torchvision's names (which timm shares): the last layer is new
 * unless it has as many classes. A convolution that is not there begins at random, and its block as if it had only its
 * shortcut (the last scale is 0, as in Goyal et al. 2017): what the other layers learned is still what comes out.
 * @throws OnnxError `WEIGHTS_INVALID` where tensors have another shape, or hardly any is there.
 */
export function adoptResNet18(
  found: ReadonlyMap<string, FloatTensor>,
  options: { readonly classes: number; readonly seed: number },
): AdoptedWeights {
  const given = new Map(
    [...found].map(([name, tensor]) => [name.replace(/^module\./, ''), tensor]),
  );
  const specs = resnet18Convolutions();
  const missing = specs.filter(({ name }) => !given.has(`${name}.weight`));
  if (missing.length > specs.length / 2) {
    throw new OnnxError(
      'WEIGHTS_INVALID',
      `Expected the convolutions of a ResNet18 by torchvision's names (conv1.weight, layer1.0.conv1.weight…), received ${specs.length - missing.length} of ${specs.length}.`,
    );
  }
  const fresh = new Set(
    missing.flatMap(({ name, normName }) => [name, normName].map((part) => `${part}.`)),
  );
  const isFresh = (name: string) => fresh.has(name.slice(0, name.lastIndexOf('.') + 1));
  const weights = new Map<string, FloatTensor>();
  for (const [name, initial] of initialResNet18(options)) {
    const tensor = given.get(name);
    const fits = tensor?.dims.join() === initial.dims.join();
    if (tensor && !fits && !name.startsWith('fc.') && !isFresh(name)) {
      throw new OnnxError(
        'WEIGHTS_INVALID',
        `Expected ${name} of shape ${initial.dims.join('×')}, received ${tensor.dims.join('×')}: these are not the weights of a ResNet18.`,
      );
    }
    weights.set(name, tensor && fits && !isFresh(name) ? tensor : initial);
  }
  for (const block of new Set(missing.map(({ name }) => name.split('.').slice(0, 2).join('.')))) {
    const name = `${block}.bn2.weight`;
    const last = weights.get(name);
    if (last) weights.set(name, { dims: last.dims, data: new Float32Array(last.data.length) });
  }
  return { weights, missing: missing.map(({ name }) => name) };
}
