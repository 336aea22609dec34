import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder, syncFolder, writeDurably } from '@edgeloop/disk';
import { readHeader } from '@edgeloop/imaging';
import { type EpochMillis, epochMillis, MAX_SAMPLE_BYTES, type Sha256 } from '@edgeloop/protocol';
import { AgentError } from '../../errors.ts';
import {
  classOfFolder,
  folderOfClass,
  labelName,
  type PictureOrigin,
  readLabelName,
} from './label-name.ts';

export interface LabelledPicture {
  readonly path: string;
  readonly label: string;
  /** Pictures that look alike share it. */
  readonly group: string;
}

/** Of a slot. One more is refused: to leave an old one out is for a person to decide. */
const MOST_LABELLED = 2000;
const PICTURE = /\.(?:jpe?g|png|webp)$/i;

/**
 * The labelled pictures of one slot: a folder for each class, into which a person may put pictures
 * as well.
 */
export class LabelledFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Sorted. No folder is no picture. */
  async list(): Promise<LabelledPicture[]> {
    const found: LabelledPicture[] = [];
    for (const folder of await names(this.path)) {
      const label = classOfFolder(folder);
      if (label === null) continue;
      const files = await names(join(this.path, folder));
      for (const file of files.filter((name) => PICTURE.test(name))) {
        const { group } = readLabelName(file);
        found.push({ path: join(this.path, folder, file), label, group });
      }
    }
    return found;
  }

  /** When the newest was written, by the file system; null: there is none. */
  async newest(): Promise<EpochMillis | null> {
    let newest: number | null = null;
    for (const { path } of await this.list()) {
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
      newest = Math.max(newest ?? 0, mtimeMs);
    }
    return newest === null ? null : epochMillis(newest);
  }

  /**
   * Keeps a picture under its label, and no longer under another. Durable when it resolves.
   * @returns how many the folder holds now
   * @throws ImagingError `IMAGE_UNREADABLE`, AgentError `LABEL_REFUSED`, Error of the file system
   */
  async add(label: string, bytes: Uint8Array, taken: PictureOrigin | null): Promise<number> {
    if (bytes.length > MAX_SAMPLE_BYTES) {
      const message = `Expected a picture of at most ${MAX_SAMPLE_BYTES} bytes, received ${bytes.length}.`;
      throw new AgentError('LABEL_REFUSED', message);
    }
    const { mediaType } = await readHeader(bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex') as Sha256;
    const before = await this.list();
    const same = before.filter(({ path }) => path.includes(sha256));
    if (before.length - same.length >= MOST_LABELLED) {
      const message = `Expected at most ${MOST_LABELLED} labelled pictures in ${this.path}, received one more. Remove some first.`;
      throw new AgentError('LABEL_REFUSED', message);
    }
    const folder = join(this.path, folderOfClass(label));
    await makeFolder(folder);
    const extension = mediaType.slice('image/'.length);
    const path = join(folder, `${labelName(sha256, taken)}.${extension}`);
    await writeDurably(path, bytes);
    const others = same.filter((each) => each.path !== path);
    for (const { path: old } of others) {
      await rm(old, { force: true });
      await syncFolder(dirname(old));
    }
    return before.length - same.length + 1;
  }
}

async function names(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
