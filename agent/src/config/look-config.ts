import type { Millis, Polygon } from '@edgeloop/protocol';
import type { Schedule } from '../look/schedule/is-open.ts';

/** What of its picture a camera looks at, and when. */
export interface LookConfig {
  /** Null: the whole picture. */
  readonly region: Polygon | null;
  /** Black in every picture; those of agent.yaml first. */
  readonly masks: readonly Polygon[];
  /** How many of them are agent.yaml's: nobody takes these away remotely. */
  readonly ownMasks: number;
  /** Null: every frame is looked at. */
  readonly motion: MotionConfig | null;
  /** Null: always. */
  readonly schedule: Schedule | null;
}

export interface MotionConfig {
  /** Of 255: a cell whose brightness differs by more has changed. */
  readonly threshold: number;
  /** Share of the cells that count, above 0: so many must have changed. */
  readonly area: number;
  readonly hold: Millis;
  readonly atLeastEvery: Millis;
  /** Where something may move without being looked at. */
  readonly masks: readonly Polygon[];
}
