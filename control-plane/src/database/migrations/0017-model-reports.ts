/**
 * The page that a trainer writes about a training, beside the package: it is not part of it, since
 * it tells of times.
 */
export const MODEL_REPORTS = `
  CREATE TABLE model_reports (
    digest TEXT PRIMARY KEY REFERENCES model_versions (digest),
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    brought_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX model_reports_by_content ON model_reports (sha256);
  `;
