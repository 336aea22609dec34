import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '@edgeloop/sqlite';

/** What an outbox holds, as its file says. */
export interface OutboxContents {
  readonly stream: string;
  /** Numbers below it were committed. */
  readonly nextSeq: number;
  readonly rows: readonly { readonly seq: number; readonly result: string }[];
}

/** What tells one result from any other: the body is the agent's own. */
export function resultOf(body: string): string {
  const { bootId, capturedAt, label, score, source } = JSON.parse(body);
  return [bootId, capturedAt, label, score, source ?? ''].join(' ');
}

/**
 * @param after rows up to it are left out.
 * @returns null: there is none, or it can't be read now
 */
export function readOutbox(state: string, after = 0): OutboxContents | null {
  const path = join(state, 'outbox.sqlite');
  if (!existsSync(path)) return null;
  let database: Database | null = null;
  try {
    const opened = new Database(path, { readonly: true, timeout: 0 });
    database = opened;
    return opened.transaction(() => {
      const meta = opened
        .prepare<[], { stream: string; nextSeq: number }>(
          'SELECT stream, next_seq AS nextSeq FROM meta',
        )
        .get();
      const rows = opened
        .prepare<[number], { seq: number; body: string }>(
          'SELECT seq, body FROM rows WHERE seq > ? ORDER BY seq',
        )
        .all(after);
      return meta
        ? { ...meta, rows: rows.map(({ seq, body }) => ({ seq, result: resultOf(body) })) }
        : null;
    })();
  } catch {
    return null;
  } finally {
    database?.close();
  }
}
