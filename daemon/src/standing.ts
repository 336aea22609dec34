/** How the work of a process stands. */
export interface Standing {
  /** It goes on, or has come to its end. False starves the watchdog. */
  readonly working: boolean;
  /** In a few words, for a person. */
  readonly status: string;
}
