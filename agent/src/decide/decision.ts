import type {
  BootId,
  EpochMillis,
  FrameDetection,
  Millis,
  OccurrenceDetection,
  OccurrenceId,
  Sha256,
  SlotId,
  StreamId,
} from '@edgeloop/protocol';

/** One classified frame. */
export interface Classified {
  /** Softmax, in the order of the model's classes. */
  readonly scores: readonly number[];
  readonly capturedAt: EpochMillis;
  /** The same moment by the monotonic clock: what is reckoned with. */
  readonly monotonic: Millis;
  /** Name of the picture, where the source has one. */
  readonly name?: string;
}

/**
 * Of `Detection`, what decide can't know: where and with what the frame was taken, and the outbox's
 * own fields.
 */
interface Context {
  stream: StreamId;
  seq: number;
  bootId: BootId;
  replayed: boolean;
  slot: SlotId;
  model: Sha256;
}
type Without<Message, Keys> = Message extends unknown ? Omit<Message, keyof Keys & string> : never;

/** A detection before it has its place in the stream. */
export type Decided = Without<FrameDetection | OccurrenceDetection, Context>;
/** What stands before the camera, as `state/<camera>` says it. */
export interface SceneState {
  readonly label: string | null;
  readonly score: number;
  readonly since: EpochMillis;
  readonly occurrence: OccurrenceId | null;
}

/** Nothing that is known of stands there. */
export const nothingOpen = (since: EpochMillis): SceneState => ({
  label: null,
  score: 0,
  since,
  occurrence: null,
});

/** What one frame led to. */
export interface Decision<State> {
  readonly state: State;
  readonly events: readonly Decided[];
  readonly scene: SceneState;
}
