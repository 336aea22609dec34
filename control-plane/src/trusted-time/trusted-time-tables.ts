import type { EpochMillis, Millis } from '@edgeloop/protocol';

export interface TrustedTimeTables {
  /** One row, or none before the first start. */
  trusted_time: {
    only: 1;
    at: EpochMillis;
    boot: string;
    uptime: Millis;
    credited: Millis;
  };
}
