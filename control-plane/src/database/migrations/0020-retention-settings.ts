/**
 * Bounds that were set by the API, over the options of the process. Null: no bound; no row: the
 * option holds.
 */
export const RETENTION_SETTINGS = `
  CREATE TABLE retention_settings (
    bound TEXT PRIMARY KEY,
    value INTEGER
  ) STRICT, WITHOUT ROWID;
  `;
