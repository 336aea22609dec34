import { createHash } from 'node:crypto';
import {
  type FileReference,
  MANIFEST_FILE,
  MANIFEST_SIGNATURE_FILE,
  type Manifest,
  packageFiles,
  parseManifest,
  type Sha256,
} from '@edgeloop/protocol';
import { ControlPlaneError } from '../errors.ts';
import { MAX_MANIFEST_BYTES } from '../resources/model.ts';

export interface Announcement {
  readonly digest: Sha256;
  readonly bytes: Uint8Array;
  readonly manifest: Manifest;
  /** `manifest.json` and every file that it names, each path once. */
  readonly files: readonly FileReference[];
}

/** 45 MB is a model; golden cases and predictions are small beside it. */
const MAX_PACKAGE_BYTES = 2 * 2 ** 30;
const MAX_FILES = 2000;

/**
 * What a manifest says, before any of its files is here.
 * @throws ControlPlaneError `MANIFEST_REFUSED`
 */
export function readAnnouncement(text: string): Announcement {
  const bytes = Buffer.from(text);
  if (bytes.length > MAX_MANIFEST_BYTES) {
    throw refused(
      `expected at most ${MAX_MANIFEST_BYTES} bytes, as devices fetch no more, received ${bytes.length}. Confusion matrices and golden logits take the most: write it without indentation.`,
    );
  }
  const manifest = parse(text);
  const digest = createHash('sha256').update(bytes).digest('hex') as Sha256;
  const own: FileReference = { path: MANIFEST_FILE, sha256: digest, bytes: bytes.length };
  const files = new Map<string, FileReference>([[MANIFEST_FILE, own]]);
  for (const { path, sha256, bytes: size } of packageFiles(manifest)) {
    const other = files.get(path);
    const taken = path === MANIFEST_SIGNATURE_FILE || (other && other.sha256 !== sha256);
    if (taken || (other && other.bytes !== size)) {
      throw refused(`${path} is named for two files.`);
    }
    files.set(path, { path, sha256, bytes: size });
  }
  const total = [...files.values()].reduce((sum, file) => sum + file.bytes, 0);
  if (total > MAX_PACKAGE_BYTES || files.size > MAX_FILES) {
    throw refused(
      `expected at most ${MAX_FILES} files of ${MAX_PACKAGE_BYTES} bytes together, received ${files.size} of ${total}.`,
    );
  }
  return { digest, bytes, manifest, files: [...files.values()] };
}

function parse(text: string): Manifest {
  try {
    return parseManifest(text);
  } catch (cause) {
    throw new ControlPlaneError('MANIFEST_REFUSED', (cause as Error).message, { cause });
  }
}

const refused = (reason: string) =>
  new ControlPlaneError('MANIFEST_REFUSED', `${MANIFEST_FILE}: ${reason}`);
