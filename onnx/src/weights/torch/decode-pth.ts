import type { FloatTensor } from '../../architecture/weights.ts';
import { OnnxError } from '../../errors.ts';
import { floatBytes, readFloats } from '../float-formats.ts';
import { type Storage, TensorReference } from './torch-globals.ts';
import { unpickle } from './unpickle.ts';
import { ZipEntries } from './zip-entries.ts';

/** Where training scripts put the state_dict of the model in a checkpoint. */
const STATE_DICT_KEYS = ['state_dict', 'model_state_dict', 'model'] as const;
const MOST_TENSORS = 10_000;

/**
 * Reads what torch.save wrote since PyTorch 1.6, a zip with a pickle and an entry for each storage:
 * a state_dict, or a checkpoint that has one. Every floating point tensor; whole numbers, such as
 * `num_batches_tracked`, are left out. Nothing of the pickle is run, see `unpickle`.
 * @throws OnnxError `WEIGHTS_INVALID`
 */
export function decodePth(bytes: Uint8Array): ReadonlyMap<string, FloatTensor> {
  const entries = new ZipEntries(bytes);
  const pickle = entries.names.find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickle === undefined) {
    throw invalid('an entry data.pkl, as torch.save writes', 'a zip of another kind');
  }
  const root = pickle.slice(0, -'data.pkl'.length);
  const storages = new Storages(entries, root);
  const tensors = new Map<string, FloatTensor>();
  let elements = 0;
  for (const [name, value] of stateDict(unpickle(entries.read(pickle)))) {
    if (!(value instanceof TensorReference) || typeof name !== 'string') continue;
    if (value.view.storage.format === null) continue;
    elements += value.count;
    // A storage may be shared, but a small file must not become any number of large tensors.
    if (elements > bytes.length || tensors.size >= MOST_TENSORS) {
      throw invalid(
        `at most ${MOST_TENSORS} tensors and no more numbers than the file's ${bytes.length} bytes`,
        `${tensors.size + 1} tensors with ${elements} numbers`,
      );
    }
    tensors.set(name, { dims: value.view.size, data: storages.read(value) });
  }
  return tensors;
}

function stateDict(value: unknown): ReadonlyMap<unknown, unknown> {
  const holdsTensors = (candidate: unknown): candidate is ReadonlyMap<unknown, unknown> =>
    candidate instanceof Map &&
    [...candidate.values()].some((item) => item instanceof TensorReference);
  if (holdsTensors(value)) return value;
  const dict = value instanceof Map ? value : new Map();
  const found = STATE_DICT_KEYS.map((key) => dict.get(key)).find(holdsTensors);
  if (found) return found;
  const names = [...dict.keys()].filter((key) => typeof key === 'string');
  const keys = names.slice(0, 8).map((key) => JSON.stringify(key.slice(0, 40)));
  throw invalid(
    `a state_dict, or a checkpoint with one as ${STATE_DICT_KEYS.join(' or ')}`,
    keys.length > 0 ? `a dict of ${keys.join(', ')}` : 'something else',
  );
}

/** The archive's storages; those that tensors view in another order are read once. */
class Storages {
  readonly #entries: ZipEntries;
  readonly #root: string;
  readonly #bigEndian: boolean;
  readonly #checked = new Map<string, Uint8Array>();
  readonly #floats = new Map<string, Float32Array>();

  constructor(entries: ZipEntries, root: string) {
    this.#entries = entries;
    this.#root = root;
    const order = `${root}byteorder`;
    this.#bigEndian = entries.has(order) && Buffer.from(entries.read(order)).toString() === 'big';
  }

  read({ view: { storage, offset, size, stride }, count }: TensorReference): Float32Array {
    const bytes = this.#bytes(storage);
    const format = storage.format ?? 'float32';
    if (isContiguous(size, stride)) {
      const each = floatBytes(format);
      const part = bytes.subarray(offset * each, (offset + count) * each);
      return readFloats(part, format, this.#bigEndian);
    }
    const key = `${format} ${storage.key}`;
    const all = this.#floats.get(key) ?? readFloats(bytes, format, this.#bigEndian);
    this.#floats.set(key, all);
    return gather(all, offset, size, stride, count);
  }

  #bytes({ key, length, format }: Storage): Uint8Array {
    const bytes = this.#checked.get(key) ?? this.#entries.read(`${this.#root}data/${key}`);
    this.#checked.set(key, bytes);
    const expected = length * floatBytes(format ?? 'float32');
    if (bytes.length !== expected) {
      throw invalid(`${expected} bytes for storage ${key.slice(0, 20)}`, `${bytes.length}`);
    }
    return bytes;
  }
}

/** Strides of dimensions of one element say nothing. */
function isContiguous(size: readonly number[], stride: readonly number[]): boolean {
  let expected = 1;
  for (let axis = size.length - 1; axis >= 0; axis--) {
    if (size[axis] !== 1 && stride[axis] !== expected) return false;
    expected *= size[axis] as number;
  }
  return true;
}

function gather(
  all: Float32Array,
  offset: number,
  size: readonly number[],
  stride: readonly number[],
  count: number,
): Float32Array {
  const data = new Float32Array(count);
  const index = size.map(() => 0);
  let from = offset;
  for (let i = 0; i < count; i++) {
    data[i] = all[from] as number;
    for (let axis = size.length - 1; axis >= 0; axis--) {
      from += stride[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (size[axis] as number)) break;
      from -= (size[axis] as number) * (stride[axis] as number);
      index[axis] = 0;
    }
  }
  return data;
}

function invalid(expected: string, received: string): OnnxError {
  return new OnnxError('WEIGHTS_INVALID', `Expected ${expected}, received ${received}.`);
}
