/** Who was refused, and with what, as far as it is known by then: for the log. */
export interface Refused {
  readonly address: string;
  /** Client id as it came. */
  readonly client?: string;
  /** Topic or filter. */
  readonly topic?: string;
}
