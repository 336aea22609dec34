/**
 * What pages count, without reading the rows: what was said since a time, how unsure what waits is
 * by the class that the model takes it for, and what was seen when. Of detections only those that
 * begin an occurrence or are one: the others cost nothing.
 */
export const COUNTS = `
  CREATE INDEX label_events_by_time ON label_events (task, said_at);
  CREATE INDEX samples_by_guess ON samples (task, label_state, guess, uncertainty);
  CREATE INDEX detections_by_occurrence ON detections (captured_at, label, type)
    WHERE type IN ('new', 'frame');
`;
