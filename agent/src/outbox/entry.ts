import type { CameraId, StreamId, Tombstone } from '@edgeloop/protocol';

/** A result on its way into the outbox. */
export interface NewRow {
  readonly camera: CameraId;
  /** The detection as JSON, without `stream`, `seq` and `replayed`: the outbox gives those. */
  readonly body: string;
}

/**
 * What the outbox holds, in the order of the stream. A tombstone stands for many numbers and counts
 * as one.
 */
export type Entry =
  | { readonly kind: 'row'; readonly seq: number; readonly camera: CameraId; readonly body: string }
  | {
      readonly kind: 'tombstone';
      readonly from: number;
      readonly to: number;
      readonly reason: Tombstone['reason'];
    };

/** The last number that an entry accounts for. */
export const lastSeq = (entry: Entry): number => (entry.kind === 'row' ? entry.seq : entry.to);

/** Status of the outbox, after each change. */
export interface OutboxStatus {
  readonly stream: StreamId;
  /** The number that the next row gets. */
  readonly nextSeq: number;
  /** Numbers below it were in the file when it was opened: an agent before this one gave them. */
  readonly openedSeq: number;
  /**
   * The first number that is still accounted for by a row or a tombstone; `nextSeq` when there is
   * none.
   */
  readonly oldestSeq: number;
  readonly rows: number;
  readonly bytes: number;
  /** Rows evicted since the file was opened. */
  readonly evicted: number;
}
