import type { Millis } from '@edgeloop/protocol';
import type { OutboxBounds } from '../config/config.ts';
import type { Entry, NewRow, OutboxStatus } from './entry.ts';

export interface OutboxWorkerData {
  readonly folder: string;
  readonly bounds: OutboxBounds;
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
  append: Call<{ readonly rows: readonly NewRow[]; readonly now: Millis }, number>;
  read: Call<{ readonly after: number; readonly limit: number }, readonly Entry[]>;
  deleteThrough: Call<{ readonly through: number }, void>;
  expire: Call<{ readonly now: Millis }, void>;
  renewStream: Call<{ readonly through: number }, void>;
};
