import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { bytes, epochMillis, mebibytes, millis, type Sha256 } from '@edgeloop/protocol';
import type { NewUpload } from '../../../../control-plane/src/artifacts/artifacts.ts';
import {
  FolderArtifacts,
  type FolderArtifactsOptions,
} from '../../../../control-plane/src/artifacts/folder-artifacts.ts';

export const sha256 = (content: Uint8Array) =>
  createHash('sha256').update(content).digest('hex') as Sha256;
export const pieces = (...chunks: Uint8Array[]) => Readable.from(chunks);
export const CONTENT = randomBytes(200_000);
export const UPLOAD: NewUpload = {
  sha256: sha256(CONTENT),
  bytes: bytes(CONTENT.length),
  owner: 'device:door-1',
  purpose: 'sample',
};

/** Bounds that no test meets by chance. */
export const ROOMY = {
  count: 4,
  countOfOne: 4,
  bytesOfOne: mebibytes(1000),
  givesWayAfter: millis(10_000),
};

/** Artifacts in a folder of their own, under clocks that stand. */
export class Stand {
  readonly folder: string;
  uptime = 0;
  /** How far the clock that can be set is ahead. */
  ahead = 0;
  artifacts: FolderArtifacts;
  readonly #more: Partial<FolderArtifactsOptions>;

  constructor(more: Partial<FolderArtifactsOptions> = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'edgeloop-artifacts-'));
    this.#more = more;
    this.artifacts = this.#create();
  }

  /** As after a kill: nothing is closed. */
  async restart(): Promise<FolderArtifacts> {
    this.artifacts = this.#create();
    await this.artifacts.start();
    return this.artifacts;
  }

  files(): string[] {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name);
  }

  get #sure(): number {
    return 1_000_000 + this.uptime;
  }

  #create(): FolderArtifacts {
    return new FolderArtifacts({
      folder: this.folder,
      time: {
        earliest: () => epochMillis(this.#sure + Math.min(0, this.ahead)),
        latest: () => epochMillis(this.#sure + Math.max(0, this.ahead)),
      },
      maxBytes: mebibytes(10),
      uploads: ROOMY,
      uploadLife: millis(60_000),
      admit: async () => {},
      ...this.#more,
    });
  }
}

export async function started(more: Partial<FolderArtifactsOptions> = {}): Promise<Stand> {
  const stand = new Stand(more);
  await stand.artifacts.start();
  return stand;
}
