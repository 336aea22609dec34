/** How much each device holds of thumbnails, kept with them: who holds most gives first. */
export const PICTURE_HOLDINGS = `
  CREATE TABLE picture_holdings (
    device TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO picture_holdings SELECT device, SUM(bytes) FROM occurrence_pictures GROUP BY device;
  CREATE INDEX picture_holdings_by_bytes ON picture_holdings (bytes);
  CREATE INDEX occurrence_pictures_by_device ON occurrence_pictures (device, received_at, id);
  `;
