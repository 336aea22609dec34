import { initialResNet18, initialTensors } from '../architecture/initial-resnet18.ts';
import {
  type FloatTensor,
  requireTensor,
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
 * Weights of a ResNet18 for other classes, from tensors by torchvision's names (which timm shares):
 * the last layer is new unless it has as many classes. A convolution that is not there begins at
 * random, and its block as if it had only its shortcut (the last scale is 0, as in Goyal et al.
 * 2017): what the other layers learned is still what comes out.
 * @throws OnnxError `WEIGHTS_INVALID` where the tensors are another network's, not whole, or hardly
 * any is there.
 */
export function adoptResNet18(
  found: ReadonlyMap<string, FloatTensor>,
  options: { readonly classes: number; readonly seed: number },
): AdoptedWeights {
  const given = new Map(
    [...found].map(([name, tensor]) => [name.replace(/^module\./, ''), tensor]),
  );
  refuseDeeper(given);
  const missing = missingConvolutions(given);
  const fresh = new Set(
    missing.flatMap(({ name, normName }) => [name, normName].map((part) => `${part}.`)),
  );
  const isFresh = (name: string) => fresh.has(name.slice(0, name.lastIndexOf('.') + 1));
  const expected = initialTensors(options.classes);
  const kept = new Map<string, FloatTensor>();
  for (const { name, dims } of expected) {
    const tensor = isFresh(name) ? undefined : given.get(name);
    const fits = tensor?.dims.join() === dims.join();
    if (!fits && !name.startsWith('fc.') && !isFresh(name)) {
      throw invalid(
        `${name} of shape ${dims.join('×')}`,
        `${tensor?.dims.join('×') ?? 'none'}: these are not the whole weights of a ResNet18`,
      );
    }
    if (tensor && fits && !allFinite(tensor.data)) {
      throw invalid(
        `finite numbers for ${name}`,
        'others: the file is damaged, or its training diverged',
      );
    }
    if (tensor && fits) kept.set(name, tensor);
  }
  const initial = initialResNet18(options, (name) => !kept.has(name));
  const weights = new Map(
    expected.map(({ name }) => [name, kept.get(name) ?? requireTensor(initial, name)]),
  );
  for (const block of new Set(missing.map(({ name }) => name.split('.').slice(0, 2).join('.')))) {
    const name = `${block}.bn2.weight`;
    const last = weights.get(name);
    if (last) weights.set(name, { dims: last.dims, data: new Float32Array(last.data.length) });
  }
  return { weights, missing: missing.map(({ name }) => name) };
}

/** A loop: `every` takes several times as long for eleven million. */
function allFinite(data: Float32Array): boolean {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false;
  return true;
}

/** A ResNet34 has every tensor of a ResNet18, and more: half a network is none. */
function refuseDeeper(given: ReadonlyMap<string, FloatTensor>): void {
  const known = new Set(resnet18Convolutions().map(({ name }) => `${name}.weight`));
  const more = [...given].filter(
    ([name, { dims }]) =>
      /^(layer\d+|conv1)\..*weight$/.test(name) && dims.length === 4 && !known.has(name),
  );
  const [first] = more;
  if (!first) return;
  throw invalid(
    'the weights of a ResNet18',
    `${more.length} convolutions that it does not have, ${first[0]} the first: those of ${more.some(([name]) => name.includes('.conv3.')) ? 'a ResNet50 or deeper' : 'a ResNet34 or a variant'}. Take a ResNet18's, as edgeloop-trainer weights fetch does`,
  );
}

function missingConvolutions(given: ReadonlyMap<string, FloatTensor>) {
  const specs = resnet18Convolutions();
  const missing = specs.filter(({ name }) => !given.has(`${name}.weight`));
  if (missing.length > specs.length / 2) {
    const names = [...given.keys()].slice(0, 3).map((name) => JSON.stringify(name.slice(0, 60)));
    throw invalid(
      `the convolutions of a ResNet18 by torchvision's names (conv1.weight, layer1.0.conv1.weight…)`,
      `${specs.length - missing.length} of ${specs.length} among ${given.size} tensors${names.length > 0 ? `, as ${names.join(', ')}` : ''}`,
    );
  }
  if (missing.some(({ name }) => name === 'conv1')) {
    throw invalid('conv1.weight', 'none: all that the other layers learned builds on it');
  }
  return missing;
}

function invalid(expected: string, received: string): OnnxError {
  return new OnnxError('WEIGHTS_INVALID', `Expected ${expected}, received ${received}.`);
}
