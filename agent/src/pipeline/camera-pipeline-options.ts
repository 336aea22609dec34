import type {
  BootId,
  CameraId,
  CameraState,
  Millis,
  OccurrenceId,
  ServedModel,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { CameraSource } from '../camera/frame.ts';
import type { Clock } from '../clock.ts';
import type { DecideConfig } from '../config/config.ts';
import type { Pace } from '../config/source-config.ts';
import type { AgentError } from '../errors.ts';
import type { CameraCounters, ModelCounters } from '../health/counters.ts';
import type { View } from '../look/area/stencil.ts';
import type { Look } from '../look/look.ts';
import type { ModelSlot } from '../model/model-slot.ts';
import type { NewRow } from '../outbox/entry.ts';
import type { ClassifiedFrame } from '../sampling/sampler.ts';
import type { ShadowFrame } from '../shadow/candidate.ts';

/** What a camera's pipeline is made of, and whom it tells what it sees. */
export interface CameraPipelineOptions {
  readonly id: CameraId;
  readonly source: CameraSource;
  readonly pace: Pace;
  readonly look: Pick<Look, 'at'>;
  /** Whether somebody waits for a frame of it. */
  readonly asked: () => boolean;
  readonly decide: DecideConfig;
  /** The first; `use` replaces it. */
  readonly slot: ModelSlot;
  readonly bootId: BootId;
  readonly counters: CameraCounters;
  /** Told while pictures in a row can't be decoded, and null when one could. */
  readonly unreadable: (fault: AgentError | null) => void;
  readonly modelCounters: (model: ServedModel) => ModelCounters;
  readonly clock: Clock;
  readonly newId: () => OccurrenceId;
  /** Resolves with whether the row is on disk. */
  readonly append: (row: NewRow) => Promise<boolean>;
  readonly setState: (camera: CameraId, state: CameraState) => void;
  /** Shown every frame that was classified; returns at once. */
  readonly sample: (classified: ClassifiedFrame) => void;
  /** Shown the same, with the occurrences that began with it; returns at once. */
  readonly picture: (camera: CameraId, view: View, begun: readonly OccurrenceId[]) => void;
  /**
   * Shown it before: null where no candidate looks, else whether that disagrees. Returns at once,
   * and never rejects.
   */
  readonly shadow: (seen: ShadowFrame) => Promise<boolean> | null;
  /** Least time from one inference to the next, now, where the newest frame wins. */
  readonly interval: () => Millis;
  /** Without progress for longer than this, something is wrong. */
  readonly patience: Millis;
  /** Without a frame that was decided on for so long, nothing is known of what stands there. */
  readonly silence: Millis;
  readonly log: Logger;
}
