import { type Millis, millis, seconds } from '@edgeloop/protocol';

export interface LeaseTimes {
  /** Between two signs of life. */
  readonly beat: Millis;
  /** Without one for so long, by the clock of who waits for it, the lease is taken. */
  readonly patience: Millis;
  /**
   * Who waits longer than this for the database takes nothing: whoever has the lease had to wait,
   * too.
   */
  readonly wait: Millis;
  /** Between two looks at it. */
  readonly look: Millis;
  /**
   * So long after its last sign of life was written the holder says nothing more: less than
   * `patience`.
   */
  readonly trust: Millis;
  /** Without a connection to the broker for so long, the holder lets another try. */
  readonly withoutBroker: Millis;
}

/** A standby takes over within 6 s: 5 s of patience, a look and a connection. */
export const LEASE_TIMES: LeaseTimes = {
  beat: seconds(1),
  patience: seconds(5),
  wait: millis(500),
  look: millis(250),
  trust: seconds(4),
  withoutBroker: seconds(30),
};
