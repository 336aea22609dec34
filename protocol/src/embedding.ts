const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** An embedding as it travels: float16, little-endian, base64. 512 floats are 1,368 characters. */
export function encodeEmbedding(embedding: ArrayLike<number>): string {
  const view = new DataView(new ArrayBuffer(embedding.length * 2));
  for (let i = 0; i < embedding.length; i++) {
    view.setUint16(i * 2, toFloat16(embedding[i] as number), true);
  }
  return btoa(String.fromCharCode(...new Uint8Array(view.buffer)));
}

/** The reverse, as near as float16 is. An odd byte at the end is dropped. */
export function decodeEmbedding(text: string): Float32Array {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length >> 1 }, (_, i) =>
    fromFloat16(view.getUint16(i * 2, true)),
  );
}

/**
 * IEEE 754 binary16, to nearest, ties to even; what is too large becomes the largest finite number.
 */
function toFloat16(value: number): number {
  float[0] = Math.max(-65_504, Math.min(65_504, value));
  const whole = bits[0] as number;
  const sign = (whole >>> 16) & 0x8000;
  const magnitude = Math.abs(float[0] as number);
  if (Number.isNaN(magnitude)) return sign | 0x7e00;
  // Below 2⁻¹⁴ the steps are 2⁻²⁴ wide.
  if (magnitude < 2 ** -14) return sign | roundHalfToEven(magnitude * 2 ** 24);
  const exponent = ((whole >>> 23) & 0xff) - 127;
  const mantissa = roundHalfToEven((magnitude / 2 ** exponent - 1) * 1024);
  // A mantissa that was rounded up to 1024 carries into the exponent.
  return sign | (((exponent + 15) << 10) + mantissa);
}

function fromFloat16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
