import type { Look, PictureType } from '@edgeloop/imaging';
import type {
  CameraId,
  DeviceId,
  EpochMillis,
  Sha256,
  SiteId,
  SlotId,
  TaskId,
} from '@edgeloop/protocol';
import type { Generated } from 'kysely';
import type { LabelState } from '../labels/label-event.ts';
import type { PackedEmbedding } from './embedding/packed-embedding.ts';
import type { GroupId, Origin, Side } from './side.ts';

/** A picture of a task. Its label is derived from `label_events` and kept here for queries. */
interface SamplesTable {
  id: Generated<number>;
  task: TaskId;
  sha256: Sha256;
  bytes: number;
  type: PictureType;
  width: number;
  height: number;
  look: Look;
  origin: Origin;
  group_id: GroupId;
  side: Side;
  straddles: 0 | 1;
  uncertainty: number | null;
  guess: string | null;
  received_at: EpochMillis;
  label_state: Generated<LabelState['state']>;
  label: string | null;
  labelled_at: EpochMillis | null;
  leased_by: string | null;
  leased_until: EpochMillis | null;
}

/** Who saw a sample: a device, or who imported it. The same bytes may be seen often. */
interface SightingsTable {
  id: Generated<number>;
  sample_id: number;
  task: TaskId;
  site: SiteId | null;
  device: DeviceId | null;
  camera: CameraId | null;
  slot: SlotId | null;
  /** A digest, or what an import calls it. */
  model: string | null;
  captured_at: EpochMillis | null;
  received_at: EpochMillis;
  /** JSON: SampleReason[]. */
  reasons: string;
  /** JSON: by class. */
  scores: string;
  burst: string | null;
  /** Name of the file, where there was one. */
  source: string | null;
  imported_by: string | null;
}

/** What the newest model that saw a sample made of it, where it said so. Goes with the sample. */
interface SampleEmbeddingsTable {
  sample_id: number;
  /** Embeddings of two models can't be compared. */
  model: Sha256;
  packed: PackedEmbedding;
}

/**
 * How the samples of each device look, and on which side that is, for good: it outlives them. None
 * that straddles.
 */
interface LooksTable {
  task: TaskId;
  device: DeviceId;
  look: Look;
  group_id: GroupId;
  side: Side;
  band_0: number;
  band_1: number;
  band_2: number;
  band_3: number;
}

/** What a device said of a picture that it is still sending. */
interface SampleUploadsTable {
  upload: string;
  task: TaskId;
  device: DeviceId;
  site: SiteId;
  /** JSON: SampleRecord. */
  record: string;
  begun_at: EpochMillis;
}

/** What all devices of a task may sample together. */
interface SampleBudgetsTable {
  task: TaskId;
  per_hour: number;
  per_day: number;
  bytes_per_day: number;
}

export interface SampleTables {
  samples: SamplesTable;
  sightings: SightingsTable;
  sample_embeddings: SampleEmbeddingsTable;
  looks: LooksTable;
  sample_uploads: SampleUploadsTable;
  sample_budgets: SampleBudgetsTable;
}
