import type { Database } from '@edgeloop/sqlite';

/** Pages that hold something: SQLite uses those again that hold nothing. */
export function usedBytes(database: Database): number {
  const read = (name: string) => database.pragma(name, { simple: true }) as number;
  return (read('page_count') - read('freelist_count')) * read('page_size');
}
