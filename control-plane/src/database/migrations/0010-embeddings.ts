/**
 * What models made of samples, so that look-alikes of what was just labelled wait. At most one row
 * of some 200 bytes a sample. The index finds what was labelled last.
 */
export const EMBEDDINGS = `
  CREATE TABLE sample_embeddings (
    sample_id INTEGER PRIMARY KEY REFERENCES samples (id),
    model TEXT NOT NULL,
    packed TEXT NOT NULL
  ) STRICT;
  CREATE INDEX samples_by_labelling ON samples (task, labelled_at) WHERE labelled_at IS NOT NULL;
`;
