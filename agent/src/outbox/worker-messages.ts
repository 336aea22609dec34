import type { EpochMillis } from '@edgeloop/protocol';
import type { OutboxBounds } from '../config/config.ts';
import type { Entry, NewRow, OutboxStatus } from './entry.ts';

export interface OutboxWorkerData {
  readonly folder: string;
  readonly bounds: OutboxBounds;
}

/** What the outbox's thread is asked, each with what it answers beside the status. */
export interface OutboxRequests {
  open: { readonly request: object; readonly response: null };
  append: {
    readonly request: { readonly rows: readonly NewRow[]; readonly now: EpochMillis };
    readonly response: null;
  };
  read: {
    readonly request: { readonly after: number; readonly limit: number };
    readonly response: readonly Entry[];
  };
  deleteThrough: { readonly request: { readonly through: number }; readonly response: null };
  expire: { readonly request: { readonly now: EpochMillis }; readonly response: null };
  renewStream: { readonly request: object; readonly response: null };
  close: { readonly request: object; readonly response: null };
}

export type OutboxRequest = {
  [Kind in keyof OutboxRequests]: {
    readonly id: number;
    readonly kind: Kind;
  } & OutboxRequests[Kind]['request'];
}[keyof OutboxRequests];

export type OutboxAnswer =
  | {
      readonly id: number;
      readonly response: unknown;
      /** Null after `close`. */
      readonly status: OutboxStatus | null;
      /** Where a damaged file was moved, when this request met one. */
      readonly movedTo: string | null;
    }
  | { readonly id: number; readonly failure: { readonly code: string; readonly message: string } };
