/** HTTP's "Accepted": what follows may take long, and is written down when it ends. */
const BEGUN = 202;

/** What came of a change, where it is more than done. @param status of its answer */
export function outcomeInWords(status: number): string | null {
  if (status >= 400) return `broke off with ${status}`;
  return status === BEGUN ? 'begun' : null;
}
