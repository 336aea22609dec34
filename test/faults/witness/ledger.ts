import type { OutboxContents } from './read-outbox.ts';

/** What was seen of one stream. */
export interface StreamSeen {
  readonly device: string;
  readonly stream: string;
  /** All numbers up to it were committed. */
  highest: number;
  /**
   * Numbers from it on may stand for something else than what was seen: a fault took back commits.
   */
  broken: number;
  /** The most that `delivered` said. */
  delivered: number;
  /**
   * Numbers up to it the store may have forgotten: its files were taken back after it had confirmed
   * them.
   */
  forgettable: number;
}

/** What the store had of one stream, just before its files were taken back. */
export interface StoreBefore {
  readonly device: string;
  readonly stream: string;
  /** No number above it was confirmed. */
  readonly through: number;
  /** What it had forgotten by then. */
  readonly forgotten: readonly { readonly from: number; readonly to: number }[];
}

/**
 * An independent witness: what agents have committed, by their files, and what was confirmed to
 * them, by a subscriber; and what the faults themselves destroyed, whose only copy it was.
 */
export class Ledger {
  readonly streams = new Map<string, StreamSeen>();
  /** Results that were seen in an outbox, and where last. */
  readonly results = new Map<string, { readonly stream: string; readonly seq: number }>();
  readonly destroyed = new Set<string>();
  /** Digests that a device said it runs. */
  readonly reported = new Set<string>();
  /**
   * Until when the control plane's own files were taken back: it may have forgotten what it had
   * confirmed before.
   */
  storeBrokenAt = Number.NEGATIVE_INFINITY;

  /** When a fault struck what trainings need: all but devices. */
  readonly strikes: { readonly name: string; readonly at: number }[] = [];

  /** How often each was struck by SIGKILL. */
  readonly killed: Record<string, number> = {};

  /** What the store forgot while nothing had been done to it. */
  readonly unexcused: string[] = [];

  kill(who: string): void {
    this.killed[who] = (this.killed[who] ?? 0) + 1;
  }

  /**
   * The store's files are taken back: what it confirmed before may be forgotten, and nothing that
   * it confirms from now on.
   * @param before null: it can't be read; nothing was confirmed that is not committed
   */
  breakStore(before: readonly StoreBefore[] | null): void {
    this.storeBrokenAt = Date.now();
    if (before === null) {
      for (const seen of this.streams.values()) {
        seen.forgettable = Math.max(seen.forgettable, seen.highest);
      }
    }
    for (const { device, stream, through, forgotten } of before ?? []) {
      const seen = this.#stream(device, stream);
      this.unexcused.push(...forgottenUnexcused(seen, forgotten));
      seen.forgettable = Math.max(seen.forgettable, through);
    }
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

  /**
   * A fault took back what the outbox had committed.
   * @param after null: nothing of it can be read
   */
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
      forgettable: 0,
    };
    this.streams.set(key, seen);
    return seen;
  }
}

/**
 * What the store forgot of a stream, and had confirmed after its files were last taken back; in
 * words.
 */
export function forgottenUnexcused(
  { device, stream, forgettable }: StreamSeen,
  forgotten: StoreBefore['forgotten'],
): string[] {
  return forgotten
    .filter(({ to }) => to > forgettable)
    .map(
      ({ from, to }) =>
        `${device} ${stream.slice(0, 8)}: the store forgot ${from} to ${to}, and nothing was done to it after ${forgettable}`,
    );
}
