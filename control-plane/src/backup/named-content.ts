import type { Sha256 } from '@edgeloop/protocol';
import type { Database } from '@edgeloop/sqlite';
import { REFERRING_TABLES } from '../artifacts/referred-content.ts';

/**
 * The content that rows of a database name, each once. One of an older version may lack some of the
 * tables.
 */
export function namedContent(database: Database): Sha256[] {
  const isKnown = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?");
  const named = new Set<Sha256>();
  for (const table of REFERRING_TABLES) {
    if (!isKnown.get(table)) continue;
    const rows = database.prepare<[], Sha256>(`SELECT sha256 FROM ${table}`).pluck();
    for (const sha256 of rows.iterate()) named.add(sha256);
  }
  return [...named];
}
