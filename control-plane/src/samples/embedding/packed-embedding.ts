import { decodeEmbedding } from '@edgeloop/protocol';

/** The dimensions of an embedding as it is kept. */
const PACKED_DIMENSIONS = 64;

/** 64 bytes in base64: 88 characters, whatever the length of the model's embedding. */
export type PackedEmbedding = string & { readonly packedEmbedding: unique symbol };

/**
 * The direction of an embedding, projected onto 64 random axes and rounded to int8. Distances
 * between directions stay as they were but for some 9 in 100 (Johnson and Lindenstrauss 1984; axes
 * of ±1: Achlioptas 2003): enough to tell a look-alike from another picture. The axes are the same
 * for ever. Null: it points nowhere (zeros, not finite).
 */
export function packEmbedding(embedding: ArrayLike<number>): PackedEmbedding | null {
  const projected = new Float64Array(PACKED_DIMENSIONS);
  for (let i = 0; i < embedding.length; i++) {
    const value = embedding[i] as number;
    for (let half = 0; half < PACKED_DIMENSIONS / 32; half++) {
      const signs = mix(2 * i + half);
      for (let bit = 0; bit < 32; bit++) {
        const axis = half * 32 + bit;
        projected[axis] = (projected[axis] as number) + ((signs >>> bit) & 1 ? value : -value);
      }
    }
  }
  const largest = projected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!(largest > 0 && Number.isFinite(largest))) return null;
  const rounded = Int8Array.from(projected, (value) => Math.round((value / largest) * 127));
  return Buffer.from(rounded.buffer).toString('base64') as PackedEmbedding;
}

/** `float32[64]`, of length 1. */
export function unpackEmbedding(packed: PackedEmbedding): Float32Array {
  const bytes = Buffer.from(packed, 'base64');
  const unit = Float32Array.from(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  const length = Math.hypot(...unit);
  return unit.map((value) => value / length);
}

/** Of an embedding as a device sends it. Null: it can't be read; the sample is none the worse. */
export function packTold(told: string | undefined): PackedEmbedding | null {
  if (told === undefined) return null;
  try {
    return packEmbedding(decodeEmbedding(told));
  } catch {
    // The schema lets base64 of a wrong length through.
    return null;
  }
}

/** 32 bits that look drawn (Steele et al. 2014, the finalizer of MurmurHash3). */
function mix(number: number): number {
  let hash = Math.imul(number + 1, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
