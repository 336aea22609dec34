import type { FloatTensor } from '../architecture/weights.ts';
import { OnnxError } from '../errors.ts';
import { decodeOnnxWeights } from './onnx/decode-onnx-weights.ts';
import { decodeSafetensors, isSafetensors } from './safetensors.ts';
import { decodePth } from './torch/decode-pth.ts';

type Tensors = ReadonlyMap<string, FloatTensor>;

interface Format {
  readonly is: (bytes: Uint8Array) => boolean;
  readonly read: (bytes: Uint8Array) => Tensors;
}

/** In the order in which they are tried. */
const FORMATS: readonly Format[] = [
  { is: (bytes) => startsWith(bytes, 'PK\x03\x04'), read: decodePth },
  { is: isSafetensors, read: (bytes) => decodeSafetensors(bytes).tensors },
  {
    // A pickle by itself, or a tar: torch.save before PyTorch 1.6.
    is: (bytes) => bytes[0] === 0x80 || startsWith(bytes.subarray(257), 'ustar'),
    read: refuse(
      'the older form of torch.save. Save it again: torch.save(torch.load(path, map_location="cpu"), path), with PyTorch 1.6 or later',
    ),
  },
  {
    is: (bytes) => startsWith(bytes, 'version https://git-lfs'),
    read: refuse('a pointer of Git LFS. Fetch the file itself'),
  },
  { is: (bytes) => startsWith(bytes, '<'), read: refuse('a web page. Download the file itself') },
  { is: (bytes) => bytes[0] === 0x08, read: decodeOnnxWeights },
];

/**
 * Reads the weights of a ResNet18 from the bytes of a `.safetensors`, `.pth` or `.onnx` file, told
 * apart by what they hold: floating point tensors as float32, by the file's names, or by
 * torchvision's from `.onnx`.
 * @param name Of the file, for messages.
 * @throws OnnxError `WEIGHTS_INVALID`, `ONNX_INVALID`
 */
export function readWeightTensors(bytes: Uint8Array, name: string): Tensors {
  const format = FORMATS.find(({ is }) => is(bytes));
  try {
    return (format?.read ?? refuse('something else'))(bytes);
  } catch (cause) {
    if (!(cause instanceof OnnxError)) throw cause;
    throw new OnnxError(cause.code, `${name}: ${cause.message}`, { cause });
  }
}

function refuse(received: string): (bytes: Uint8Array) => never {
  return () => {
    throw new OnnxError(
      'WEIGHTS_INVALID',
      `Expected weights as .safetensors, .pth or .onnx, received ${received}.`,
    );
  };
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.subarray(0, text.length)).toString('latin1') === text;
}
