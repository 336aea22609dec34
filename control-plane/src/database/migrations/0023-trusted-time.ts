/** How far time has surely come, whatever the clock of the machine says: see `judgeTime`. */
export const TRUSTED_TIME = `
  CREATE TABLE trusted_time (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    at INTEGER NOT NULL,
    boot TEXT NOT NULL,
    uptime INTEGER NOT NULL,
    credited INTEGER NOT NULL
  ) STRICT;
`;
