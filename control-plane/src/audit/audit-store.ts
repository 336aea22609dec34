import { type EpochMillis, timestamp } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import type { AuditPage, AuditQuery } from '../resources/audit-entry.ts';
import { decodeCursor, encodeCursor } from '../store/read/cursor.ts';

export interface NewAuditEntry {
  readonly principal: string;
  /** The name of the token that acted for a person; null: none did. */
  readonly via: string | null;
  readonly address: string;
  readonly action: string;
  readonly subject: string;
  readonly status: number;
  readonly request: unknown;
}

/** Who changed what, when. Only ever grows. */
export class AuditStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: { database: Database; now: () => EpochMillis }) {
    this.#database = database;
    this.#now = now;
  }

  async record({ request, ...entry }: NewAuditEntry): Promise<void> {
    await this.#database
      .insertInto('audit_entries')
      .values({ ...entry, at: this.#now(), request: JSON.stringify(request) })
      .execute();
  }

  /** Newest first. @throws ControlPlaneError `REQUEST_INVALID` for a wrong cursor */
  async list({
    action,
    principal,
    cursor,
    limit,
  }: AuditQuery & { limit: number }): Promise<AuditPage> {
    const [before] = cursor ? decodeCursor('audit', ['number'], cursor) : [];
    let query = this.#database.selectFrom('audit_entries').selectAll();
    if (before !== undefined) query = query.where('id', '<', before);
    if (action !== undefined) query = query.where('action', '=', action);
    if (principal !== undefined) query = query.where('principal', '=', principal);
    const rows = await query.orderBy('id', 'desc').limit(limit).execute();
    const last = rows.at(-1);
    return {
      entries: rows.map(({ at, request, ...row }) => ({
        ...row,
        at: timestamp(at),
        request: JSON.parse(request),
      })),
      next: last && rows.length === limit ? encodeCursor('audit', [last.id]) : null,
    };
  }
}
