/** What was said last in a task is found by the order of saying: a clock may be set. */
export const ORDER_OF_SAYING = 'CREATE INDEX label_events_by_task ON label_events (task, id);';
