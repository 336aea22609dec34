/** What a look at every page of a database found. */
export interface CheckResult {
  /** When it was done, in ms since 1970. */
  readonly at: number;
  /** SQLite's words for what is damaged; none: it is whole. */
  readonly damages: readonly string[];
}

/** What the process that looks says, once. */
export type CheckAnswer =
  | { readonly damages: readonly string[] }
  /** It could not look: that is no damage. */
  | { readonly failure: string };
