const KEY = 'edgeloop-label-task';

/** The task that was labelled last in this browser; null: none, or none is kept. */
export function lastTask(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function keepLastTask(task: string): void {
  try {
    localStorage.setItem(KEY, task);
  } catch {
    // The first in which something waits is opened, then.
  }
}
