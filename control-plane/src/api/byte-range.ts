import type { ByteRange } from '../artifacts/artifacts.ts';

/**
 * The one range that a `Range` header asks for (RFC 9110, 14.2).
 * @param size of the content, in bytes
 * @returns null: the whole, also for several ranges or another unit, as the RFC allows; `outside`:
 * 416
 */
export function parseByteRange(
  header: string | undefined,
  size: number,
): ByteRange | null | 'outside' {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (from === '' && to === '') return null;
  if (from === '') {
    const length = Math.min(Number(to), size);
    return length === 0 ? 'outside' : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < first) return null;
  return first < size ? { first, last } : 'outside';
}
