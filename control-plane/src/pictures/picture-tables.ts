import type { CameraId, DeviceId, OccurrenceId } from '@edgeloop/protocol';
import type { Generated } from 'kysely';

export interface PictureTables {
  /** Thumbnails, of which the bytes are files. */
  occurrence_pictures: {
    id: Generated<number>;
    device: DeviceId;
    occurrence: OccurrenceId;
    camera: CameraId;
    captured_at: number;
    received_at: number;
    bytes: number;
  };
  /** Of all thumbnails of a device; none: no row. */
  picture_holdings: {
    device: DeviceId;
    bytes: number;
  };
}
