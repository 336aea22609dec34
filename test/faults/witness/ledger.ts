import type { OutboxContents } from './read-outbox.ts';

/** What was seen of one stream. */
export interface StreamSeen {
  readonly device: string;
  readonly stream: string;
  /** All numbers up to it were committed. */
  highest: number;
  /** Numbers from it on may stand for something else than what was seen: a fault took back commits. */
  broken: number;
  /** The most that `delivered` said. */
  delivered: number;
}

/**
 * An independent witness: what agents have committed, by their files, and what was confirmed to them, by a subscriber; and
 * what the faults themselves destroyed, whose only copy it was.
 */
export class Ledger {
  readonly streams = new Map<string, StreamSeen>();
  /** Results that were seen in an outbox, and where last. */
  readonly results = new Map<string, { readonly stream: string; readonly seq: number }>();
  readonly destroyed = new Set<string>();
  /** Digests that a device said it runs. */
  readonly reported = new Set<string>();
  /** Until when the control plane's own files were taken back: it may have forgotten what it had confirmed before. */
  storeBrokenAt = Number.NEGATIVE_INFINITY;

  /** When a fault struck what trainings need: all but devices. */
  readonly strikes: { readonly name: string; readonly at: number }[] = [];

  get storeBroken(): boolean {
    return this.storeBrokenAt > Number.NEGATIVE_INFINITY;
  }

  breakStore(): void {
    this.storeBrokenAt = Date.now();
  }

  see(device: string, { stream, nextSeq, rows }: OutboxContents): void {
    const seen = this.#stream(device, stream);
    seen.highest = Math.max(seen.highest, nextSeq - 1);
    for (const { result, seq } of rows)
      this.results.set(result, { stream: `${device} ${stream}`, seq });
  }

  highestOf(device: string, stream: string): number {
    return this.streams.get(`${device} ${stream}`)?.highest ?? 0;
  }

  hearDelivered(device: string, stream: string, through: number): void {
    const seen = this.#stream(device, stream);
    seen.delivered = Math.max(seen.delivered, through);
  }

  /** A fault took back what the outbox had committed. @param after null: nothing of it can be read */
  outboxBroken(device: string, before: OutboxContents, after: OutboxContents | null): void {
    this.see(device, before);
    const seen = this.#stream(device, before.stream);
    const left = new Set(after?.rows.map(({ result }) => result));
    for (const { result } of before.rows) if (!left.has(result)) this.destroyed.add(result);
    seen.broken = Math.min(seen.broken, after?.nextSeq ?? 0);
  }

  #stream(device: string, stream: string): StreamSeen {
    const key = `${device} ${stream}`;
    const seen = this.streams.get(key) ?? {
      device,
      stream,
      highest: 0,
      delivered: 0,
      broken: Number.POSITIVE_INFINITY,
    };
    this.streams.set(key, seen);
    return seen;
  }
}
