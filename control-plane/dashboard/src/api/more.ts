/**
 * How many are read, each time that somebody wants more: all anew, so that none is old, and none is
 * there twice.
 */
export const STEPS = [50, 200, 1000] as const;

/** How much somebody wants to see, of which list. */
export interface ListRequest {
  /** The list with what filters it. */
  readonly list: string;
  readonly step: number;
}

/** Of another list nobody has asked for more yet. */
export const stepOf = (wanted: ListRequest, list: string): number =>
  wanted.list === list ? wanted.step : 0;

/** The last that was known of a list. */
export interface Known<Page> {
  readonly list: string;
  readonly page: Page;
}

/** What is shown: what was read, else what is known of the same list while more of it is read. */
export function knownOf<Page>(
  before: Known<Page> | null,
  list: string,
  read: Page | undefined,
): Known<Page> | null {
  if (read !== undefined) return { list, page: read };
  return before?.list === list ? before : null;
}

/**
 * Where the rest of a list is: `here` for who asks for more, `elsewhere` where it is too much for a
 * page.
 */
export type Rest = 'none' | 'here' | 'elsewhere';

export function restOf(step: number, next: string | null): Rest {
  if (next === null) return 'none';
  return step + 1 < STEPS.length ? 'here' : 'elsewhere';
}
