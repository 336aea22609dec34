import type {
  CameraId,
  CameraState,
  Detection,
  DeviceAddress,
  EpochMillis,
  Health,
  Reported,
  Shadow,
  Status,
  StreamId,
  Tombstone,
} from '@edgeloop/protocol';

/** A message as it came in: who, when, and whether the broker had kept it. */
interface Received extends DeviceAddress {
  readonly receivedAt: EpochMillis;
  /** True: it was said some time ago, and does not show that the device lives. */
  readonly retained: boolean;
}

interface OfCamera {
  readonly camera: CameraId;
}

/** What the store is given, one for each message. */
export type StoreRecord = Received &
  (
    | ({ readonly name: 'detections'; readonly message: Detection } & OfCamera)
    | ({ readonly name: 'state'; readonly message: CameraState } & OfCamera)
    | { readonly name: 'tombstones'; readonly message: Tombstone }
    | { readonly name: 'status'; readonly message: Status }
    | { readonly name: 'health'; readonly message: Health }
    | { readonly name: 'shadow'; readonly message: Shadow }
    | { readonly name: 'reported'; readonly message: Reported }
  );

export type RecordOf<Name extends StoreRecord['name']> = Extract<StoreRecord, { name: Name }>;

/** How far a device's stream is accounted for: what `delivered` says. */
export interface Watermark extends DeviceAddress {
  readonly stream: StreamId;
  readonly through: number;
  /** The last that came was not the next: something was lost on its way. */
  readonly gap: boolean;
}

export interface CommitResult {
  readonly stored: number;
  /** Came again: a device repeats what it does not know to be stored. */
  readonly duplicates: number;
  /** Came before the next in order, and were not kept: the device sends them again. */
  readonly early: number;
  readonly tombstones: number;
  /** Not kept: of a camera or a stream more than a device may have. */
  readonly surplus: number;
  /** Of each stream that the batch touched, whether it moved or not. */
  readonly watermarks: readonly Watermark[];
}
