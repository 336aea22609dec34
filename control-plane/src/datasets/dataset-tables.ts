import type { CameraId, DeviceId, EpochMillis, Sha256, TaskId } from '@edgeloop/protocol';
import type { Side } from '../samples/side.ts';

/** A frozen version. Nothing in it changes but `removed_at` of its samples. */
interface DatasetVersionsTable {
  task: TaskId;
  number: number;
  fingerprint: Sha256;
  created_at: EpochMillis;
  created_by: string;
  /** JSON: names, in the order of the task. */
  classes: string;
  /** JSON: DatasetCounts. */
  counts: string;
}

interface DatasetSamplesTable {
  task: TaskId;
  number: number;
  sha256: Sha256;
  label: string;
  side: Side;
  /** Drawn at random by a device, and of the test set. */
  unbiased: 0 | 1;
  /** Who saw it first; null: it was imported. */
  device: DeviceId | null;
  camera: CameraId | null;
  /** The picture is gone with its device. */
  removed_at: EpochMillis | null;
}

export interface DatasetTables {
  dataset_versions: DatasetVersionsTable;
  dataset_samples: DatasetSamplesTable;
}
