import { forgottenUnexcused, type Ledger, type StreamSeen } from '../witness/ledger.ts';
import type { OutboxContents } from '../witness/read-outbox.ts';
import { forgottenIn, type StoredStream } from './read-store.ts';

export interface Verdict {
  readonly problems: readonly string[];
  readonly figures: {
    readonly committed: number;
    readonly stored: number;
    readonly destroyedByFaults: number;
    readonly evictedBehindTombstones: number;
    readonly forgottenBehindTombstones: number;
    readonly streams: number;
  };
}

/**
 * Every result that the witness saw is stored exactly once, by its content and by its number; what
 * is not is explained by a tombstone, waits in an outbox, or was destroyed by a fault, whose only
 * copy it was.
 */
export function judgeResults(
  ledger: Ledger,
  stored: readonly StoredStream[],
  outboxes: ReadonlyMap<string, OutboxContents>,
): Verdict {
  const problems: string[] = [];
  const times = countResults(stored);
  for (const [result, count] of times) {
    if (count > 1) problems.push(`stored in ${count} streams: ${result}`);
  }
  const waiting = new Set(
    [...outboxes.values()].flatMap(({ rows }) => rows.map(({ result }) => result)),
  );
  const byKey = new Map(stored.map((it) => [`${it.device} ${it.stream}`, it]));
  const excused = excusedResults(ledger, byKey);
  for (const [result, place] of ledger.results) {
    if (!times.has(result) && !waiting.has(result) && !excused(result, place)) {
      problems.push(`lost: ${result}, ${place.seq} of ${place.stream}`);
    }
  }
  for (const seen of ledger.streams.values()) {
    const held = outboxes.get(seen.device);
    problems.push(...judgeStream(seen, byKey.get(`${seen.device} ${seen.stream}`), held));
  }
  problems.push(...ledger.unexcused);
  const buried = (reasons: (reason: string) => boolean) =>
    stored
      .flatMap(({ tombstones }) => tombstones)
      .filter(({ reason }) => reasons(reason))
      .reduce((sum, { from, to }) => sum + to - from + 1, 0);
  return {
    problems,
    figures: {
      committed: [...ledger.streams.values()].reduce((sum, { highest }) => sum + highest, 0),
      stored: stored.reduce((sum, { rows }) => sum + rows.length, 0),
      destroyedByFaults: ledger.destroyed.size,
      evictedBehindTombstones: buried((reason) => reason !== 'acknowledged'),
      forgottenBehindTombstones: buried((reason) => reason === 'acknowledged'),
      streams: stored.length,
    },
  };
}

/** By number: without a gap that nothing explains, and nothing confirmed that is not there. */
function judgeStream(
  seen: StreamSeen,
  stored: StoredStream | undefined,
  held: OutboxContents | undefined,
): string[] {
  const { device, stream, highest, delivered, broken } = seen;
  const name = `${device} ${stream.slice(0, 8)}`;
  const through = stored?.through ?? 0;
  const problems: string[] = [];
  const known = new Set(stored?.rows.map(({ seq }) => seq));
  if (known.size !== (stored?.rows.length ?? 0)) problems.push(`${name}: a number twice`);
  problems.push(...forgottenUnexcused(seen, forgottenIn(stored)));
  for (const { from, to } of stored?.tombstones ?? []) {
    for (let seq = from; seq <= to; seq++) known.add(seq);
  }
  for (let seq = 1; seq <= through; seq++) {
    if (!known.has(seq)) problems.push(`${name}: a gap at ${seq}, through ${through}`);
  }
  if (delivered > through) problems.push(`${name}: ${delivered} delivered, ${through} stored`);
  // What such a stream had beyond is looked for by content.
  if (broken < Number.POSITIVE_INFINITY) return problems;
  const first = held?.stream === stream ? (held.rows[0]?.seq ?? held.nextSeq) : highest + 1;
  if (first - 1 > through)
    problems.push(`${name}: ${through} stored of ${highest}, kept from ${first}`);
  return problems;
}

/**
 * In how many streams each result is. Two of one stream may look alike: they have each a number.
 */
function countResults(stored: readonly StoredStream[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { rows } of stored) {
    for (const result of new Set(rows.map(({ result }) => result))) {
      times.set(result, (times.get(result) ?? 0) + 1);
    }
  }
  return times;
}

/** Destroyed by a fault, or under a tombstone where it stood. */
function excusedResults(ledger: Ledger, byKey: ReadonlyMap<string, StoredStream>) {
  return (result: string, { stream, seq }: { stream: string; seq: number }) =>
    ledger.destroyed.has(result) ||
    byKey.get(stream)?.tombstones.some(({ from, to }) => from <= seq && seq <= to) === true;
}
