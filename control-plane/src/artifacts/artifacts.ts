import type { Readable } from 'node:stream';
import type { Bytes, EpochMillis, Sha256 } from '@edgeloop/protocol';

/** Content is named by its digest: equal bytes are one artifact, whoever brought them. */
export interface ArtifactReference {
  readonly sha256: Sha256;
  readonly bytes: Bytes;
}

/** What it is for: who may bring it follows from that. */
export type ArtifactPurpose = 'sample' | 'model' | 'dataset' | 'checkpoint';

/**
 * 32 hexadecimal digits that follow from the owner and the digest: who asks again goes on where it
 * stopped.
 */
export type UploadId = string & { readonly upload: unique symbol };

export interface NewUpload extends ArtifactReference {
  /** Who alone may write to it: `device:door-1`, `token:ci`. */
  readonly owner: string;
  readonly purpose: ArtifactPurpose;
}

export interface Upload extends NewUpload {
  readonly id: UploadId;
  /** Bytes that are here; equal to `bytes` when all are and the digest was right. */
  readonly offset: Bytes;
  /** What was not touched until then is removed. */
  readonly expiresAt: EpochMillis;
}

/** Both ends belong to it, as in HTTP: `{ first: 0, last: 0 }` is one byte. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Where files are kept, by SHA-256. Nothing is ever whole in memory; what can be read is complete,
 * on disk and has the digest that it is named by. Who refers to an artifact (a model version, a
 * sample) keeps the count and removes the last.
 */
export interface Artifacts {
  /** Its size; null: not here. Who asks has time to refer to it: nothing removes it so soon. */
  find(sha256: Sha256): Promise<Bytes | null>;

  /** @throws ControlPlaneError `NOT_FOUND`, `RANGE_UNSATISFIABLE` */
  read(sha256: Sha256, range?: ByteRange): Promise<Readable>;

  /**
   * Puts content at a path of this machine, for programs that read files: a copy only where the
   * file system has no links, and where there is room for one. Nobody may write to it.
   * @throws ControlPlaneError `NOT_FOUND`, `DISK_FULL`
   */
  layOut(sha256: Sha256, path: string): Promise<void>;

  /**
   * Content that the control plane has at hand, in one go. What nothing refers to goes as if it was
   * uploaded.
   * @throws ControlPlaneError `DIGEST_MISMATCH`, `DISK_FULL`, `UPLOAD_TOO_LARGE`; nothing stays
   * behind then
   */
  write(
    reference: ArtifactReference,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<void>;

  /**
   * Begins to take content in pieces, or goes on with what the same owner began. An upload whose
   * content is here already is complete at once.
   * @throws ControlPlaneError `DISK_FULL`, `UPLOAD_TOO_LARGE`, `UPLOADS_TOO_MANY`;
   * `REQUEST_INVALID` where the content that is here has another size
   */
  beginUpload(upload: NewUpload): Promise<Upload>;

  /**
   * How far it is. A piece that is still being written ends first, with what it has.
   * @throws ControlPlaneError `NOT_FOUND`
   */
  viewUpload(id: UploadId, owner: string): Promise<Upload>;

  /**
   * Adds a piece; what of it arrived stays when the source breaks off. The last piece is followed
   * by the check of the digest: when this returns with all bytes, the artifact can be read. A later
   * piece ends one that hangs.
   * @throws ControlPlaneError `NOT_FOUND`, `UPLOAD_OFFSET_WRONG`, `UPLOAD_BROKEN_OFF`, `DISK_FULL`;
   * `DIGEST_MISMATCH` or, for more bytes than were announced, `UPLOAD_TOO_LARGE`, after which the
   * upload is gone
   */
  append(
    id: UploadId,
    owner: string,
    offset: Bytes,
    piece: AsyncIterable<Uint8Array>,
  ): Promise<Upload>;

  /** Idempotent. */
  cancelUpload(id: UploadId, owner: string): Promise<void>;

  /**
   * To be called before what refers to it is forgotten, in the same transaction: what a kill then
   * leaves behind, or a `remove` that does not come, goes with what was brought and nothing refers
   * to.
   */
  giveUp(digests: readonly Sha256[]): Promise<void>;

  /**
   * For who gives it up; what another refers to stays, and what another brought again a moment ago
   * stays for a moment, in which a row may come. Idempotent. Who reads it reads on to the end.
   */
  remove(sha256: Sha256): Promise<void>;

  /**
   * Removes uploads that were given up, and what was brought and nothing refers to.
   * @returns how many
   */
  removeExpired(): Promise<number>;
}
