import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Bytes, Sha256 } from '@edgeloop/protocol';
import { appendTo, type Chunks } from './append-to.ts';
import type {
  ArtifactReference,
  Artifacts,
  ByteRange,
  NewUpload,
  Upload,
  UploadId,
} from './artifacts.ts';
import { checkAnnounced, checkLength } from './check-length.ts';
import { FolderContent, type FolderContentOptions } from './folder-content.ts';
import { FolderUploads, type FolderUploadsOptions } from './folder-uploads.ts';

export type FolderArtifactsOptions = FolderContentOptions & FolderUploadsOptions;

/**
 * Artifacts in a folder: `objects/` holds what is complete, `uploads/` what is on its way,
 * `brought/` names what nothing was seen to refer to yet. One process at a time.
 */
export class FolderArtifacts implements Artifacts {
  readonly #options: FolderArtifactsOptions;
  readonly #content: FolderContent;
  readonly #uploads: FolderUploads;

  constructor(options: FolderArtifactsOptions) {
    this.#options = options;
    this.#content = new FolderContent(options);
    this.#uploads = new FolderUploads(options, this.#content);
  }

  /** Uploads go on where they stood when the process ended. */
  async start(): Promise<void> {
    await this.#content.start();
    await this.#uploads.start();
  }

  /** Ends what is being written; the clients go on later. */
  close(): Promise<void> {
    return this.#uploads.close();
  }

  find(sha256: Sha256): Promise<Bytes | null> {
    return this.#content.find(sha256);
  }

  read(sha256: Sha256, range?: ByteRange): Promise<Readable> {
    return this.#content.read(sha256, range);
  }

  layOut(sha256: Sha256, path: string): Promise<void> {
    return this.#content.layOut(sha256, path, (size) => this.#uploads.admit(size));
  }

  async write(reference: ArtifactReference, content: Chunks): Promise<void> {
    checkAnnounced(reference, this.#options.maxBytes);
    if ((await this.#content.findToRefer(reference.sha256)) !== null) return;
    await this.#uploads.admit(reference.bytes);
    const path = join(this.#options.folder, 'uploads', `${randomUUID()}.write`);
    let length = 0;
    try {
      await appendTo(path, content, (more) => {
        length += more;
        checkLength(length, reference);
      });
      await this.#content.adopt(path, reference);
    } finally {
      await rm(path, { force: true });
    }
  }

  beginUpload(upload: NewUpload): Promise<Upload> {
    return this.#uploads.begin(upload);
  }

  viewUpload(id: UploadId, owner: string): Promise<Upload> {
    return this.#uploads.view(id, owner);
  }

  append(
    id: UploadId,
    owner: string,
    offset: Bytes,
    piece: AsyncIterable<Uint8Array>,
  ): Promise<Upload> {
    return this.#uploads.append(id, owner, offset, piece);
  }

  cancelUpload(id: UploadId, owner: string): Promise<void> {
    return this.#uploads.cancel(id, owner);
  }

  giveUp(digests: readonly Sha256[]): Promise<void> {
    return this.#content.giveUp(digests);
  }

  remove(sha256: Sha256): Promise<void> {
    return this.#content.remove(sha256);
  }

  async removeExpired(): Promise<number> {
    return (await this.#uploads.removeExpired()) + (await this.#content.removeExpired());
  }
}
