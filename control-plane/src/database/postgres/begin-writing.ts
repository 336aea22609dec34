/** Any number that no other program in the database uses. */
export const WRITERS = 0x45_64_67_65;

/**
 * Begins a transaction that writes: one at a time over all connections and processes, as SQLite has
 * it (`BEGIN IMMEDIATE`). What it reads then is what the one before left, and nobody changes it
 * until it ends: nothing needs to be tried again. Of each schema there is one such lock; who only
 * reads takes none. Two statements, one round trip. It names its level: by a stricter one, which may
 * be a server's default, it would read what was there before it waited.
 */
export const BEGIN_WRITING = `BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(${WRITERS}, hashtext(current_schema()))`;
