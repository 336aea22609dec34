import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bytes, bytes, type EpochMillis } from '@edgeloop/protocol';
import type { NewUpload, UploadId } from './artifacts.ts';
import { explainDisk } from './explain-disk.ts';

const DESCRIPTION = '.json';
const CONTENT = '.part';
const failed = explainDisk('what is uploaded');

/** An upload as it stands on disk. */
export interface BegunUpload extends NewUpload {
  readonly id: UploadId;
  readonly offset: Bytes;
  /** When its last piece came; null: that was not noted. */
  readonly touchedAt: EpochMillis | null;
}

/**
 * The owner and the digest decide: a device that forgot its upload finds it again by asking for the
 * same.
 */
export function uploadId({ owner, sha256 }: NewUpload): UploadId {
  return createHash('sha256').update(`${owner}\n${sha256}`).digest('hex').slice(0, 32) as UploadId;
}

/**
 * Two files for each upload: what was announced, and the content so far, whose length is the
 * offset.
 */
export class UploadFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What was begun and not finished. Any other file is the leftover of a kill: it is removed. */
  async start(): Promise<BegunUpload[]> {
    await mkdir(this.#folder, { recursive: true });
    const names = new Set(await readdir(this.#folder));
    const found: BegunUpload[] = [];
    for (const name of names) {
      if (!name.endsWith(DESCRIPTION)) continue;
      const id = name.slice(0, -DESCRIPTION.length) as UploadId;
      const upload = await this.#read(id);
      if (!upload) continue;
      found.push(upload);
      names.delete(name);
      names.delete(id + CONTENT);
    }
    for (const name of names) await rm(join(this.#folder, name), { force: true });
    return found;
  }

  contentPath(id: UploadId): string {
    return join(this.#folder, id + CONTENT);
  }

  /**
   * Also takes over a content file that is there.
   * @throws ControlPlaneError `DISK_FULL`, `STORE_FAILED`
   */
  async create(id: UploadId, upload: NewUpload, touchedAt: EpochMillis): Promise<void> {
    await writeFile(this.contentPath(id), '', { flag: 'a' }).catch(failed);
    await this.note(id, upload, touchedAt);
  }

  /**
   * When its last piece came: it goes so long after that, over restarts.
   * @throws ControlPlaneError `DISK_FULL`, `STORE_FAILED`
   */
  async note(
    id: UploadId,
    { sha256, bytes: size, owner, purpose }: NewUpload,
    touchedAt: EpochMillis,
  ): Promise<void> {
    const path = this.#descriptionPath(id);
    const said = { sha256, bytes: size, owner, purpose, touchedAt };
    await writeFile(`${path}.new`, JSON.stringify(said)).catch(failed);
    await rename(`${path}.new`, path).catch(failed);
  }

  async remove(id: UploadId): Promise<void> {
    await rm(this.#descriptionPath(id), { force: true });
    await rm(this.contentPath(id), { force: true });
  }

  #descriptionPath(id: UploadId): string {
    return join(this.#folder, id + DESCRIPTION);
  }

  async #read(id: UploadId): Promise<BegunUpload | null> {
    try {
      const text = await readFile(this.#descriptionPath(id), 'utf8');
      const { size } = await stat(this.contentPath(id));
      const said = JSON.parse(text) as NewUpload & { readonly touchedAt?: EpochMillis };
      return { ...said, id, offset: bytes(size), touchedAt: said.touchedAt ?? null };
    } catch {
      return null; // Cut short by a power cut: its owner begins again.
    }
  }
}
