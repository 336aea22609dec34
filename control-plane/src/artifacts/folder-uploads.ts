import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bytes, bytes, epochMillis, type Millis } from '@edgeloop/protocol';
import { ControlPlaneError } from '../errors.ts';
import type { BoundedTime } from '../trusted-time/bounded-time.ts';
import { abortable, appendTo, type Chunks } from './append-to.ts';
import type { NewUpload, Upload, UploadId } from './artifacts.ts';
import { checkAnnounced, checkFound, checkLength } from './check-length.ts';
import { explainDisk } from './explain-disk.ts';
import type { FolderContent } from './folder-content.ts';
import { type OpenUpload, OpenUploads, type UploadBounds } from './open-uploads.ts';
import { UploadFiles, uploadId } from './upload-files.ts';

const failed = explainDisk('what was uploaded');

export interface FolderUploadsOptions {
  readonly folder: string;
  /**
   * Nothing ends because a clock was set; what was given up does, however often the process
   * restarts.
   */
  readonly time: BoundedTime;
  /** Larger content is refused. */
  readonly maxBytes: Bytes;
  readonly uploads: UploadBounds;
  /** An upload that gets nothing for so long is removed. */
  readonly uploadLife: Millis;
  /**
   * Asked before content is taken: is there room for that many bytes more, uploads that were begun
   * counted to their end?
   * @throws ControlPlaneError `DISK_FULL`
   */
  readonly admit: (more: Bytes) => Promise<void>;
}

/** Uploads under way, from their announcement to where their content is complete. */
export class FolderUploads {
  readonly #options: FolderUploadsOptions;
  readonly #content: FolderContent;
  readonly #files: UploadFiles;
  readonly #open: OpenUploads;

  constructor(options: FolderUploadsOptions, content: FolderContent) {
    this.#options = options;
    this.#content = content;
    this.#files = new UploadFiles(join(options.folder, 'uploads'));
    this.#open = new OpenUploads(options.uploads);
  }

  /** They go on where they stood when the process ended. */
  async start(): Promise<void> {
    const now = this.#options.time.latest();
    for (const begun of await this.#files.start()) {
      const upload = { ...begun, touchedAt: begun.touchedAt ?? now, writing: null };
      await this.#files.note(upload.id, upload, upload.touchedAt);
      this.#open.restore(upload);
      // Killed between the last byte and the check: it is checked now, and begun again if it is
      // wrong.
      if (upload.offset >= upload.bytes) await this.#finish(upload).catch(() => {});
    }
  }

  /** Ends what is being written; the clients go on later. */
  async close(): Promise<void> {
    for (const upload of this.#open.all()) await endPieces(upload);
  }

  /**
   * Is there room for that many bytes more, beside what uploads announced?
   * @throws ControlPlaneError `DISK_FULL`
   */
  admit(more: Bytes): Promise<void> {
    return this.#options.admit(bytes(this.#open.promised + more));
  }

  async begin(upload: NewUpload): Promise<Upload> {
    checkAnnounced(upload, this.#options.maxBytes);
    const id = uploadId(upload);
    const begun = this.#open.get(id);
    if (begun) await endPieces(begun);
    const found = await this.#content.findToRefer(upload.sha256);
    if (found !== null) {
      checkFound(found, upload);
      await this.cancel(id, upload.owner);
      return { ...upload, id, offset: upload.bytes, expiresAt: this.#options.time.latest() };
    }
    const opened = this.#open.get(id) ?? (await this.#begin(id, upload));
    // An empty file; or one whose last step failed, by a disk that was full for example.
    if (opened.offset === opened.bytes) await this.#finish(opened);
    return this.#view(opened);
  }

  async view(id: UploadId, owner: string): Promise<Upload> {
    await endPieces(this.#find(id, owner));
    return this.#view(this.#find(id, owner));
  }

  async append(
    id: UploadId,
    owner: string,
    offset: Bytes,
    piece: AsyncIterable<Uint8Array>,
  ): Promise<Upload> {
    this.#find(id, owner);
    await this.admit(bytes(0));
    let upload = this.#find(id, owner);
    while (upload.writing) {
      await endPieces(upload);
      upload = this.#find(id, owner);
    }
    // From here to where `writing` is set nothing is waited for: two pieces never write at once.
    if (offset !== upload.offset) {
      throw new ControlPlaneError(
        'UPLOAD_OFFSET_WRONG',
        `Expected Upload-Offset ${upload.offset} for upload ${id}, received ${offset}. Go on from there.`,
      );
    }
    const abort = new AbortController();
    const written = this.#append(upload, abortable(piece, abort.signal));
    upload.writing = { abort, done: written.catch(() => {}) };
    try {
      await written;
    } finally {
      upload.writing = null;
    }
    return this.#view(upload);
  }

  /** Idempotent. */
  async cancel(id: UploadId, owner: string): Promise<void> {
    const upload = this.#open.get(id);
    if (upload?.owner === owner) await this.#forget(upload);
  }

  /**
   * Removes what was given up.
   * @returns how many
   */
  async removeExpired(): Promise<number> {
    const { time, uploadLife } = this.#options;
    const latest = time.latest();
    for (const upload of this.#open.all()) {
      // By a clock that was ahead: its time would not come.
      if (upload.touchedAt > latest) await this.#touch(upload);
    }
    const before = time.earliest() - uploadLife;
    const expired = this.#open
      .all()
      .filter(({ touchedAt, writing }) => touchedAt < before && !writing);
    for (const upload of expired) await this.#forget(upload);
    return expired.length;
  }

  async #begin(id: UploadId, announced: NewUpload): Promise<OpenUpload> {
    const upload: OpenUpload = {
      ...announced,
      id,
      offset: bytes(0),
      touchedAt: this.#options.time.latest(),
      writing: null,
    };
    // Taken before anything is waited for: uploads that begin together count each other.
    const gaveWay = this.#open.add(upload, this.#options.time.earliest());
    try {
      for (const other of gaveWay) await this.#files.remove(other.id);
      await this.admit(bytes(0));
      await this.#files.create(id, announced, upload.touchedAt);
      return upload;
    } catch (error) {
      await this.#forget(upload);
      throw error;
    }
  }

  async #append(upload: OpenUpload, chunks: Chunks): Promise<void> {
    const path = this.#files.contentPath(upload.id);
    try {
      await appendTo(path, chunks, (more) => {
        checkLength(upload.offset + more, upload);
        upload.offset = bytes(upload.offset + more);
        upload.touchedAt = this.#options.time.latest();
      });
    } catch (error) {
      if ((error as { code?: string }).code === 'UPLOAD_TOO_LARGE') await this.#forget(upload);
      // A chunk may be half written: what the file holds counts.
      else {
        upload.offset = bytes((await stat(path)).size);
        await this.#touch(upload);
      }
      throw error;
    }
    if (upload.offset === upload.bytes) await this.#finish(upload);
    else await this.#touch(upload);
  }

  /**
   * Where the disk fails of it, what came stays: who begins again has it finished, and sends
   * nothing twice. What is wrong, or gone, is forgotten.
   * @throws ControlPlaneError `DIGEST_MISMATCH`, `DISK_FULL`, `STORE_FAILED`
   */
  async #finish(upload: OpenUpload): Promise<void> {
    try {
      await this.#content.adopt(this.#files.contentPath(upload.id), upload);
    } catch (error) {
      const refused = error instanceof ControlPlaneError;
      const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (refused || gone) await this.#forget(upload);
      if (refused) throw error;
      failed(error as Error);
    }
    await this.#forget(upload);
  }

  /** Where that can't be noted (the disk is full), the time before counts after a restart. */
  async #touch(upload: OpenUpload): Promise<void> {
    upload.touchedAt = this.#options.time.latest();
    if (this.#open.get(upload.id) !== upload) return;
    await this.#files.note(upload.id, upload, upload.touchedAt).catch(() => {});
  }

  async #forget(upload: OpenUpload): Promise<void> {
    this.#open.delete(upload.id);
    await this.#files.remove(upload.id);
  }

  #find(id: UploadId, owner: string): OpenUpload {
    const upload = this.#open.get(id);
    // Another's upload is none: who asks learns nothing of it.
    if (upload?.owner === owner) return upload;
    throw new ControlPlaneError(
      'NOT_FOUND',
      `Expected an upload under way, received ${id}: it is finished, was given up, or is another's. Begin it again; what is here already is not sent twice.`,
    );
  }

  #view({ id, sha256, bytes: size, owner, purpose, offset, touchedAt }: OpenUpload): Upload {
    const expiresAt = epochMillis(touchedAt + this.#options.uploadLife);
    return { id, sha256, bytes: size, owner, purpose, offset, expiresAt };
  }
}

/**
 * The connection of the piece before may hang for minutes: its client is back, so that one ends.
 */
async function endPieces(upload: OpenUpload): Promise<void> {
  while (upload.writing) {
    upload.writing.abort.abort();
    await upload.writing.done;
  }
}
