/** Whether a process does its work: what its watchdog is fed by. */
export interface Liveness {
  /** It goes on, or has come to its end. False starves the watchdog. */
  readonly working: boolean;
  /** In a few words, for a person. */
  readonly status: string;
}
