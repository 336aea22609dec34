import { OnnxError } from '../../errors.ts';
import type { FloatFormat } from '../float-formats.ts';

/** Numbers of a tensor, or of several: an entry of the archive. */
export class Storage {
  readonly key: string;
  /** Null for whole numbers, which no weights are. */
  readonly format: FloatFormat | null;
  readonly length: number;

  constructor(key: string, format: FloatFormat | null, length: number) {
    this.key = key;
    this.format = format;
    this.length = length;
  }
}

interface View {
  readonly storage: Storage;
  readonly offset: number;
  readonly size: readonly number[];
  readonly stride: readonly number[];
}

/** A view of a storage, in elements. */
export class TensorReference {
  readonly view: View;
  readonly count: number;

  constructor(view: View) {
    this.view = view;
    this.count = view.size.reduce((product, n) => product * n, 1);
  }
}

/**
 * What stands for a global of Python here. Nothing else is known, and nothing of Python's is ever
 * run.
 */
export interface Global {
  readonly name: string;
  /** What calling it gives; null where it is none to call. */
  readonly call: ((args: readonly unknown[]) => unknown) | null;
  /** Of a storage type. */
  readonly format?: FloatFormat | null;
}

const MOST_DIMENSIONS = 8;

const STORAGES: Readonly<Record<string, FloatFormat | null>> = {
  FloatStorage: 'float32',
  DoubleStorage: 'float64',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: null,
  IntStorage: null,
  ShortStorage: null,
  CharStorage: null,
  ByteStorage: null,
  BoolStorage: null,
};

const CALLABLE: Readonly<Record<string, NonNullable<Global['call']>>> = {
  'collections.OrderedDict': (args) => {
    if (args.length > 0) throw invalid('an empty OrderedDict', `${args.length} arguments`);
    return new Map();
  },
  'torch.Size': ([sizes]) => sizes,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_parameter': ([tensor]) => tensor,
};

const GLOBALS: ReadonlyMap<string, Global> = new Map(
  [
    ...Object.entries(CALLABLE).map(([name, call]): Global => ({ name, call })),
    ...Object.entries(STORAGES).map(
      ([name, format]): Global => ({ name: `torch.${name}`, call: null, format }),
    ),
  ].map((global) => [global.name, global]),
);

/** @throws OnnxError `WEIGHTS_INVALID` for what a state_dict does not need. */
export function findGlobal(module: string, name: string): Global {
  const found = GLOBALS.get(`${module}.${name}`);
  if (found) return found;
  throw new OnnxError(
    'WEIGHTS_INVALID',
    `Expected a state_dict of tensors, received a pickle that asks for ${JSON.stringify(`${module}.${name}`.slice(0, 100))}, which is not run. Save the tensors alone: torch.save(model.state_dict(), path).`,
  );
}

/** `('storage', torch.FloatStorage, '0', 'cpu', 64)`: what torch.save writes for a storage. */
export function loadStorage(id: unknown): Storage {
  const [kind, type, key, , length] = Array.isArray(id) ? id : [];
  const format = (type as Partial<Global> | undefined)?.format;
  if (kind !== 'storage' || format === undefined || typeof key !== 'string' || !isSize(length)) {
    throw invalid('a storage with its type, key and length', 'something else');
  }
  return new Storage(key, format, length);
}

function rebuildTensor([storage, offset, size, stride]: readonly unknown[]): TensorReference {
  if (!(storage instanceof Storage) || !isSize(offset) || !isSizes(size) || !isSizes(stride)) {
    throw invalid('a tensor of a storage, an offset, sizes and strides', 'something else');
  }
  if (size.length !== stride.length || size.length > MOST_DIMENSIONS) {
    throw invalid(
      `a stride for each of at most ${MOST_DIMENSIONS} dimensions`,
      `${size.length} sizes and ${stride.length} strides`,
    );
  }
  const tensor = new TensorReference({ storage, offset, size: [...size], stride: [...stride] });
  const last = size.reduce((at, n, axis) => at + (n - 1) * (stride[axis] as number), offset);
  if (!Number.isSafeInteger(tensor.count) || (tensor.count > 0 && !(last < storage.length))) {
    throw invalid(
      `a tensor within the ${storage.length} elements of storage ${storage.key.slice(0, 20)}`,
      `sizes ${size.join('×')} by strides ${stride.join()} from ${offset}`,
    );
  }
  return tensor;
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isSize);
}

function invalid(expected: string, received: string): OnnxError {
  return new OnnxError(
    'WEIGHTS_INVALID',
    `Expected ${expected} in the pickle, received ${received}.`,
  );
}
