import { createHash } from 'node:crypto';
import type { Look } from '@edgeloop/imaging';
import {
  bytes,
  type CameraId,
  type DeviceId,
  epochMillis,
  type Sha256,
  type SiteId,
  type SlotId,
  type TaskId,
} from '@edgeloop/protocol';
import type {
  Arrival,
  DeviceSighting,
  ImportSighting,
} from '../../../control-plane/src/samples/sighting.ts';

export const digest = (text: string) => createHash('sha256').update(text).digest('hex') as Sha256;

type SightingFields = Partial<Omit<DeviceSighting, 'kind' | 'device' | 'capturedAt'>> & {
  device?: string;
  /** Seconds. */
  at?: number;
};

let bursts = 0;

/** Of `door`, at a time of its own, in a burst of its own. */
export function sighting({ device = 'door', at, ...given }: SightingFields = {}): DeviceSighting {
  bursts += 1;
  return {
    kind: 'device',
    site: 'works' as SiteId,
    camera: 'cam0' as CameraId,
    slot: 'main' as SlotId,
    model: digest('model'),
    source: null,
    device: device as DeviceId,
    capturedAt: epochMillis((at ?? bursts * 1000) * 1000),
    reasons: ['uncertain'],
    unbiased: false,
    scores: { good: 0.6, bad: 0.4 },
    burst: `burst ${bursts}`,
    embedding: null,
    ...given,
  };
}

export const imported = (given: Partial<ImportSighting> = {}): ImportSighting => ({
  kind: 'import',
  by: 'token:anna',
  model: null,
  scores: {},
  side: null,
  source: null,
  ...given,
});

/** A picture of a name of its own, that looks like no other. */
export function arrival(
  name: string,
  seen: DeviceSighting | ImportSighting = sighting(),
  { task = 'parts' as TaskId, look = digest(name).slice(0, 16) } = {},
): Arrival {
  return {
    task,
    sha256: digest(name),
    bytes: bytes(1000),
    sighting: seen,
    picture: { type: 'image/jpeg', width: 64, height: 48, look: look as Look },
  };
}
