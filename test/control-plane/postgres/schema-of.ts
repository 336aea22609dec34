import type { Database } from '@edgeloop/sqlite';
import type { SqlDatabase } from '../../../control-plane/src/store/sql/sql-database.ts';

/** One line for each column of each table, and for each index: `devices.site TEXT NOT NULL`. */
export type Schema = readonly string[];

const SQLITE_COLUMNS = `
  SELECT m.name || '.' || c.name || ' ' || c.type || CASE WHEN c."notnull" OR c.pk THEN ' NOT NULL' ELSE '' END AS line
  FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`;
const SQLITE_INDEXES = `
  SELECT 'index ' || name || ' on ' || tbl_name AS line FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL`;

const POSTGRES_COLUMNS = `
  SELECT table_name || '.' || column_name || ' '
    || CASE data_type WHEN 'bigint' THEN 'INTEGER' WHEN 'double precision' THEN 'REAL' ELSE upper(data_type) END
    || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END AS line
  FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_version'`;
const POSTGRES_INDEXES = `
  SELECT 'index ' || indexname || ' on ' || tablename AS line FROM pg_indexes
  WHERE schemaname = 'public' AND indexname !~ '_(pkey|key\\d*)$'`;
/** Texts that would be ordered by a language. */
const POSTGRES_ORDERED = `
  SELECT table_name || '.' || column_name AS line FROM information_schema.columns
  WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'`;

const lines = (rows: readonly unknown[]) =>
  rows.map((row) => (row as { line: string }).line).sort();

export const sqliteSchema = (database: Database): Schema =>
  lines([SQLITE_COLUMNS, SQLITE_INDEXES].flatMap((sql) => database.prepare(sql).all()));

export const postgresSchema = (database: SqlDatabase): Schema =>
  lines([POSTGRES_COLUMNS, POSTGRES_INDEXES].flatMap((sql) => database.prepare(sql).all()));

export const orderedTexts = (database: SqlDatabase): Schema =>
  lines(database.prepare(POSTGRES_ORDERED).all());
