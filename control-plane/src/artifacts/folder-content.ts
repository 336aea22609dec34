import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { makeFolder } from '@edgeloop/disk';
import type { Bytes, Millis, Sha256 } from '@edgeloop/protocol';
import type { BoundedTime } from '../trusted-time/bounded-time.ts';
import type { ArtifactReference, ByteRange } from './artifacts.ts';
import { ObjectFiles } from './object-files.ts';
import { type Removing, UnreferencedContent } from './unreferenced-content.ts';

export interface FolderContentOptions {
  readonly folder: string;
  /**
   * Nothing ends because a clock was set; what was given up does, however often the process
   * restarts.
   */
  readonly time: BoundedTime;
  /** What was brought and nothing refers to is removed after so long. */
  readonly uploadLife: Millis;
  /**
   * Content that anything else refers to is not removed. Without it: the caller alone knows, and
   * removes.
   */
  readonly isReferred?: (sha256: Sha256) => Promise<boolean>;
}

/** Content that is complete, and what of it nothing was seen to refer to yet. */
export class FolderContent {
  readonly #options: FolderContentOptions;
  readonly #objects: ObjectFiles;
  readonly #unreferenced: UnreferencedContent;
  readonly #removing: Removing;

  constructor(options: FolderContentOptions) {
    this.#options = options;
    this.#objects = new ObjectFiles(join(options.folder, 'objects'));
    this.#unreferenced = new UnreferencedContent({
      folder: join(options.folder, 'brought'),
      time: options.time,
      life: options.uploadLife,
    });
    const { isReferred = async () => false } = options;
    this.#removing = { isReferred, remove: (sha256) => this.#objects.remove(sha256) };
  }

  async start(): Promise<void> {
    await makeFolder(join(this.#options.folder, 'objects'));
    await this.#unreferenced.start();
  }

  async find(sha256: Sha256): Promise<Bytes | null> {
    await this.#unreferenced.ask(sha256);
    return this.#objects.find(sha256);
  }

  /** Who asks brings it, and refers to it soon: a removal that goes on meanwhile leaves it. */
  async findToRefer(sha256: Sha256): Promise<Bytes | null> {
    if (!this.#options.isReferred) return this.find(sha256);
    const letGo = await this.#unreferenced.hold(sha256);
    const found = await this.#objects.find(sha256);
    if (found === null) letGo();
    return found;
  }

  /**
   * Takes a file that is complete and on disk, if it has the digest.
   * @throws ControlPlaneError `DIGEST_MISMATCH`; the file is where it was
   */
  async adopt(path: string, reference: ArtifactReference): Promise<void> {
    if (this.#options.isReferred) await this.#unreferenced.bring(reference.sha256);
    await this.#objects.adopt(path, reference);
  }

  read(sha256: Sha256, range?: ByteRange): Promise<Readable> {
    return this.#objects.read(sha256, range);
  }

  layOut(sha256: Sha256, path: string, admit: (size: Bytes) => Promise<void>): Promise<void> {
    return this.#objects.layOut(sha256, path, admit);
  }

  async giveUp(digests: readonly Sha256[]): Promise<void> {
    if (this.#options.isReferred) await this.#unreferenced.giveUp(digests);
  }

  async remove(sha256: Sha256): Promise<void> {
    await this.#unreferenced.remove(sha256, this.#removing);
  }

  /**
   * Removes what was brought and nothing refers to.
   * @returns how many
   */
  async removeExpired(): Promise<number> {
    if (!this.#options.isReferred) return 0;
    return this.#unreferenced.settle(this.#removing);
  }
}
