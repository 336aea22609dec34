import type { Bytes, SampleRecord } from '@edgeloop/protocol';
import { byEviction, worthOf } from './stored-sample.ts';

export interface StoreBounds {
  readonly count: number;
  readonly bytes: Bytes;
}

/**
 * What must go so that one more sample fits, least worth and oldest first. Null: it is worth less
 * than what would have to go, or does not fit at all.
 */
export function makeRoom(
  stored: readonly SampleRecord[],
  more: SampleRecord,
  bounds: StoreBounds,
): readonly SampleRecord[] | null {
  let count = stored.length + 1;
  let bytes = stored.reduce((sum, record) => sum + record.bytes, more.bytes);
  const fits = () => count <= bounds.count && bytes <= bounds.bytes;
  if (fits()) return [];
  const evicted: SampleRecord[] = [];
  for (const record of stored.toSorted(byEviction)) {
    if (worthOf(record) > worthOf(more)) return null;
    evicted.push(record);
    count -= 1;
    bytes -= record.bytes;
    if (fits()) return evicted;
  }
  return null;
}
