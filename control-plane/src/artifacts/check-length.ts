import type { Bytes } from '@edgeloop/protocol';
import { ControlPlaneError } from '../errors.ts';
import type { ArtifactReference } from './artifacts.ts';

/** @throws ControlPlaneError `UPLOAD_TOO_LARGE` for more than may be announced */
export function checkAnnounced({ bytes: announced }: ArtifactReference, most: Bytes): void {
  if (announced <= most) return;
  throw new ControlPlaneError(
    'UPLOAD_TOO_LARGE',
    `Expected at most ${most} bytes, received ${announced}.`,
  );
}

/** @throws ControlPlaneError `UPLOAD_TOO_LARGE` for more than was announced */
export function checkLength(length: number, { bytes: announced }: ArtifactReference): void {
  if (length <= announced) return;
  throw new ControlPlaneError(
    'UPLOAD_TOO_LARGE',
    `Expected the ${announced} bytes that were announced, received more.`,
  );
}

/**
 * @throws ControlPlaneError `REQUEST_INVALID` where content that is here has another size than is
 * announced
 */
export function checkFound(found: Bytes, { sha256, bytes: announced }: ArtifactReference): void {
  if (found === announced) return;
  throw new ControlPlaneError(
    'REQUEST_INVALID',
    `Expected the ${found} bytes that ${sha256} has, received an announcement of ${announced}.`,
  );
}
