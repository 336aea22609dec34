import { createRequire } from 'node:module';
import type BetterSqlite3 from 'better-sqlite3';

/**
 * The first Node-API that better-sqlite3 13 runs on: Node 22.14 and 24 have it, Node 20 does not.
 */
const NODE_API = 10;

const name = Number(process.versions.napi) >= NODE_API ? 'better-sqlite3-13' : 'better-sqlite3';

/**
 * better-sqlite3's class. No one version runs on every Node that Edgeloop supports: 12 aborts on
 * Node 24.19 and later when a statement is collected, 13 crashes on Node 20 (ADR 7).
 */
export const Database = createRequire(import.meta.url)(name) as typeof BetterSqlite3;
export type Database = BetterSqlite3.Database;
