import type { Look, PictureFacts } from '@edgeloop/imaging';
import type {
  Bytes,
  CameraId,
  DeviceId,
  EpochMillis,
  Sha256,
  SiteId,
  SlotId,
  TaskId,
} from '@edgeloop/protocol';
import type { PackedEmbedding } from './embedding/packed-embedding.ts';
import type { GroupId, Origin, Side } from './side.ts';

/** What is known of one time that a sample was seen. */
interface SeenScores {
  readonly scores: Readonly<Record<string, number>>;
  /** Name of the file, where there was one. */
  readonly source: string | null;
}

/** A device saw it and found it worth a label. */
export interface DeviceSighting extends SeenScores {
  readonly kind: 'device';
  readonly site: SiteId;
  readonly device: DeviceId;
  readonly camera: CameraId;
  readonly slot: SlotId;
  readonly model: Sha256;
  readonly capturedAt: EpochMillis;
  readonly reasons: readonly string[];
  /** Kept because it was drawn, not for what it shows. */
  readonly unbiased: boolean;
  readonly burst: string;
  /** Null: its model has none, or the device did not send it. */
  readonly embedding: PackedEmbedding | null;
}

/** A person brought it. */
export interface ImportSighting extends SeenScores {
  readonly kind: 'import';
  readonly by: string;
  /** What the import calls the model of its predictions. */
  readonly model: string | null;
  /** Where the import says so; null: as its digest says. */
  readonly side: Side | null;
}

export type Sighting = DeviceSighting | ImportSighting;

/** A picture that was checked, and who saw it. */
export interface Arrival {
  readonly task: TaskId;
  readonly sha256: Sha256;
  readonly bytes: Bytes;
  readonly picture: PictureFacts;
  readonly sighting: Sighting;
}

/** What later arrivals need to know of a sample that is here. */
export interface KnownSample {
  readonly id: number;
  readonly look: Look;
  readonly group: GroupId;
  readonly side: Side;
  readonly straddles: boolean;
}

export function originOf(sighting: Sighting): Origin {
  if (sighting.kind === 'import') return 'imported';
  return sighting.unbiased ? 'random' : 'chosen';
}
