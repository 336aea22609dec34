const HEX = /^([0-9A-Fa-f]{2})+$/;
const TOKEN = /'[^']*'|\S+/g;

/** Of each letter, bytes of the decimal number behind it. */
const WIDTHS: Readonly<Record<string, number>> = { i: 1, H: 2, k: 2, m: 2, s: 2, L: 4 };

/**
 * The bytes that a vector's payload stands for: hex; `i8`; `H`, `k`, `m`, `s` and 16 bit; `L` and
 * 32 bit; `r`, `v` and a variable length integer, also of five bytes; `'text'`.
 */
export function vectorPayload(text: string): Buffer {
  return Buffer.concat((text.match(TOKEN) ?? []).map(bytesOf));
}

function bytesOf(token: string): Uint8Array {
  if (token.startsWith("'")) return Buffer.from(token.slice(1, -1));
  if (HEX.test(token)) return Buffer.from(token, 'hex');
  const kind = token[0] ?? '';
  const value = Number(token.slice(1));
  if (kind === 'r' || kind === 'v') return Uint8Array.from(variableLength(value));
  const bytes = Buffer.alloc(WIDTHS[kind] ?? 0);
  if (bytes.length === 0 || !Number.isInteger(value)) {
    throw new Error(`Expected a token of the payload language, received ${JSON.stringify(token)}.`);
  }
  bytes.writeUIntBE(value, 0, bytes.length);
  return bytes;
}

function variableLength(value: number): number[] {
  const rest = Math.floor(value / 128);
  return rest > 0 ? [(value % 128) | 0x80, ...variableLength(rest)] : [value];
}
