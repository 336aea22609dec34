import type { LogTail } from '@edgeloop/daemon';
import type { AgentFileReport, BootId, BurstId, OccurrenceId, SlotId } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import type { Configuration } from './configuration/configuration.ts';

/** What an agent takes from the world around it. */
export interface Surroundings {
  readonly log: Logger;
  readonly version: string;
  readonly bootId: BootId;
  readonly clock: Clock;
  /** Slots that an agent of this process has started. */
  readonly startedSlots: Set<SlotId>;
  /** From 0 to 1. */
  readonly random: () => number;
  /** A new UUID. */
  readonly newId: () => OccurrenceId & BurstId;
  /** The newest lines of the log. */
  readonly logTail: Pick<LogTail, 'newest'>;
  /** Ends the process, which something starts again; null: nothing does. */
  readonly restart: (() => void) | null;
  /** What the control plane sets over agent.yaml. */
  readonly configuration: Pick<Configuration, 'receive' | 'report'>;
  /** A port of `http` that is taken is waited for; false: without it the agent does not start. */
  readonly waitsForPort: boolean;
  /** What is wrong with agent.yaml, though something runs; null: nothing. */
  readonly agentFile: () => AgentFileReport | null;
}
