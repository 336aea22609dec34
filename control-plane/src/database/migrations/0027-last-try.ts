/** What came of the last training that a trigger of a task tried to start. */
export const LAST_TRY = 'ALTER TABLE training_settings ADD COLUMN last_try TEXT;';
