import type { Millis, StreamId } from '@edgeloop/protocol';
import type { OutboxBounds } from '../config/config.ts';
import type { Entry, NewRow, OutboxStatus } from './entry.ts';

export interface OutboxWorkerData {
  readonly folder: string;
  readonly bounds: OutboxBounds;
}

/**
 * Rows of a stream up to `through` are stored elsewhere. Of another stream than the file's it means
 * nothing.
 */
export interface Stored {
  readonly stream: StreamId;
  readonly through: number;
}

interface Call<Request, Value> {
  readonly request: Request;
  readonly response: {
    readonly value: Value;
    readonly status: OutboxStatus;
    /** Where a damaged file was moved, when this call met one. */
    readonly movedTo: string | null;
  };
}

/** What the outbox's thread is asked, each with what it answers beside the status. */
export type OutboxCalls = {
  open: Call<object, void>;
  /** With what was stored meanwhile: one flush for both. */
  append: Call<
    { readonly rows: readonly NewRow[]; readonly now: Millis; readonly stored: Stored | null },
    number
  >;
  read: Call<{ readonly after: number; readonly limit: number }, readonly Entry[]>;
  deleteStored: Call<Stored, void>;
  expire: Call<{ readonly now: Millis }, void>;
  renewStream: Call<{ readonly through: number }, void>;
};
