/** Floating point numbers as files hold them. */
export type FloatFormat = 'float64' | 'float32' | 'float16' | 'bfloat16';

const BYTES: Readonly<Record<FloatFormat, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
};

export function floatBytes(format: FloatFormat): number {
  return BYTES[format];
}

/** A copy as float32. */
export function readFloats(
  bytes: Uint8Array,
  format: FloatFormat,
  bigEndian = false,
): Float32Array {
  // A copy of its own is aligned, wherever the tensor began in its file. (A Buffer's `slice` would
  // be none.)
  const own = new Uint8Array(bytes).buffer;
  if (bigEndian) swapBytes(Buffer.from(own), format);
  if (format === 'float32') return new Float32Array(own);
  if (format === 'float64') return Float32Array.from(new Float64Array(own));
  return Float32Array.from(
    new Uint16Array(own),
    format === 'bfloat16' ? fromBfloat16 : fromFloat16,
  );
}

function swapBytes(bytes: Buffer, format: FloatFormat): void {
  const each = floatBytes(format);
  if (each === 8) bytes.swap64();
  else if (each === 4) bytes.swap32();
  else bytes.swap16();
}

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** The upper half of a float32. */
function fromBfloat16(half: number): number {
  bits[0] = half << 16;
  return float[0] as number;
}

/** IEEE 754 binary16. */
function fromFloat16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
