import { type CameraId, type EpochMillis, parseId } from '@edgeloop/protocol';
import type { StoreRecord } from '../../../control-plane/src/store/record.ts';
import { detection, MIDNIGHT } from '../../stand/fleet/messages.ts';

type Changes = Readonly<Record<string, unknown>>;

const envelope = (changes: Changes) => ({
  site: parseId('site', 'works'),
  device: parseId('device', 'pi-1'),
  receivedAt: MIDNIGHT as EpochMillis,
  retained: false,
  ...changes,
});

/** A detection as the store is given it. */
export function row(seq: number, message: Changes = {}, changes: Changes = {}): StoreRecord {
  const camera = 'cam0' as CameraId;
  const full = { ...envelope(changes), message: detection({ seq, ...message }) };
  return { name: 'detections', camera, ...full } as StoreRecord;
}

/** Any other record. */
export function record(name: string, message: Changes, changes: Changes = {}): StoreRecord {
  return { name, message, ...envelope(changes) } as unknown as StoreRecord;
}
