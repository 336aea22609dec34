/** What may stand in place of a word. */
export interface Candidate {
  readonly value: string;
  /** Empty: none. */
  readonly description: string;
}
