import type { EpochMillis } from '@edgeloop/protocol';
import type { Logger } from 'pino';

/** What the control plane takes from the world around it. */
export interface Surroundings {
  readonly log: Logger;
  readonly version: string;
  readonly now: () => EpochMillis;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Of this process among the broker's clients. */
  readonly clientId: string;
  /** Called where something is on disk that nobody knows of yet: tests end the process there. */
  readonly checkpoint?: (key: string) => void;
}
