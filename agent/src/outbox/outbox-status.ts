import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StreamId } from '@edgeloop/protocol';
import { Database } from '@edgeloop/sqlite';
import { AgentError } from '../errors.ts';
import type { OutboxStatus } from './entry.ts';
import { isDamage, OUTBOX_FILE } from './recoverable-store.ts';

/** What the file says; the others are of the agent that has it open. */
export type OutboxOnDisk = Omit<OutboxStatus, 'openedSeq' | 'evicted'>;

const COUNTS = 'SELECT stream, next_seq AS nextSeq, rows, bytes FROM meta';
const OLDEST =
  'SELECT min(seq) AS seq FROM (SELECT min(seq) AS seq FROM rows UNION ALL SELECT min(from_seq) FROM tombstones)';

/**
 * How the outbox in the folder stands, also while its agent runs: it is read alone. A damaged one
 * stays where it is, since the agent may be at it; that moves it aside itself. @throws AgentError
 * `OUTBOX_FAILED`
 */
export function outboxStatus(folder: string): OutboxOnDisk {
  const path = join(folder, OUTBOX_FILE);
  if (!existsSync(path)) {
    const message = `Expected an outbox in ${folder}, found none: the agent makes it at its first start.`;
    throw new AgentError('OUTBOX_FAILED', message);
  }
  try {
    return read(path);
  } catch (cause) {
    const { message } = cause as Error;
    const next = isDamage(cause)
      ? 'Where it is damaged, the agent moves it aside at its next start, and begins a new stream.'
      : 'Nothing was changed.';
    const text = `Expected an outbox that can be read in ${folder}: ${message}. ${next}`;
    throw new AgentError('OUTBOX_FAILED', text, { cause });
  }
}

function read(path: string): OutboxOnDisk {
  const database = new Database(path, { readonly: true });
  try {
    const check = database.pragma('quick_check(1)', { simple: true });
    if (check !== 'ok') throw new Database.SqliteError(`quick_check: ${check}`, 'SQLITE_CORRUPT');
    const counts = database.prepare<[], Counts>(COUNTS);
    const oldest = database.prepare<[], { seq: number | null }>(OLDEST);
    // Both of one moment: the agent may be writing.
    return database.transaction(() => {
      const found = counts.get() as Counts;
      const { stream, nextSeq, rows, bytes } = found;
      return { stream, nextSeq, oldestSeq: oldest.get()?.seq ?? nextSeq, rows, bytes };
    })();
  } finally {
    database.close();
  }
}

interface Counts {
  readonly stream: StreamId;
  readonly nextSeq: number;
  readonly rows: number;
  readonly bytes: number;
}
