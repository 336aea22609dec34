import { createHash } from 'node:crypto';
import type { CameraId, EpochMillis, Sha256 } from '@edgeloop/protocol';

/** Frames of one camera within it look alike, and stay on one side of the split. */
const WINDOW = 30_000;

/** A class may be called as no folder may. */
export function folderOfClass(label: string): string {
  return encodeURIComponent(label).replace(/^\./, '%2E');
}

/** @returns null: no name that `folderOfClass` gives */
export function classOfFolder(name: string): string | null {
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}

/** Where and when a camera took it; null: a picture from elsewhere, which stands for itself. */
export interface PictureOrigin {
  readonly camera: CameraId;
  readonly at: EpochMillis;
}

/**
 * Name of a labelled picture, without folder and extension: the digest names it, what comes before
 * groups it.
 */
export function labelName(sha256: Sha256, taken: PictureOrigin | null): string {
  return taken ? `${taken.camera}-${Math.floor(taken.at / WINDOW)}.${sha256}` : sha256;
}

const NAME = /^(?:([a-z0-9-]+)\.)?([0-9a-f]{64})\.[a-z]+$/;

/** What a file is by its name; one that somebody put there has any, and stands for itself. */
export function readLabelName(file: string): { readonly group: string; readonly id: string } {
  const [, group, id] = NAME.exec(file) ?? [];
  if (id === undefined) return { group: file, id: file };
  return { group: group ?? id, id };
}

/** For an order that has nothing to do with when or how pictures were labelled. */
export function scattered(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
