import { createHash } from 'node:crypto';
import { type Entry, lastSeq, type OutboxStatus } from '../../../agent/src/outbox/entry.ts';

/** An outbox that never had a row: its stream was told to nobody. */
export const NEW = 'new';

/**
 * All that an outbox holds, in a word: two are the same where every row, number and tombstone is.
 */
export function describeOutbox(
  { stream, nextSeq, oldestSeq }: Pick<OutboxStatus, 'stream' | 'nextSeq' | 'oldestSeq'>,
  entries: readonly Entry[],
): string {
  if (nextSeq === 1 && entries.length === 0) return NEW;
  let next = oldestSeq;
  for (const entry of entries) {
    const from = entry.kind === 'row' ? entry.seq : entry.from;
    if (from !== next) return `a gap before ${from}`;
    next = lastSeq(entry) + 1;
  }
  if (next !== nextSeq) return `a gap before ${nextSeq}`;
  const content = JSON.stringify([stream, nextSeq, entries]);
  const digest = createHash('sha1').update(content).digest('hex').slice(0, 12);
  return `${stream.slice(0, 4)} ${oldestSeq}..${nextSeq - 1} ${digest}`;
}
