import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST_FILE, parseManifest, type RootKeys, type Sha256 } from '@edgeloop/protocol';
import { Pacer } from '../../server/pacer.ts';
import type { ServerClient } from '../../server/server-client.ts';
import { FETCH_LIMITS } from '../../update/fetch/fetch-limits.ts';
import { fetchPackage } from '../../update/fetch/fetch-package.ts';
import { UpdateError } from '../../update/update-error.ts';
import type { DownloadProgress } from '../../update/update-ports.ts';

/**
 * Packages that are on their way, and on disk, at the same time; other devices wait for their turn.
 */
const AT_ONCE = 16;
const VARIANT = 'int8';

export interface DownloadRequest {
  readonly server: Pick<ServerClient, 'get'>;
  readonly digest: Sha256;
  /** Null: the device trusts none, and takes nothing. */
  readonly root: RootKeys | null;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DownloadProgress) => void;
}

/**
 * The downloads of all simulated devices: each fetches the whole package by the agent's own code,
 * which checks signature and digests, into a folder of its own that is removed then. So neither
 * memory nor disk grow with the fleet: of each package its name alone is kept.
 */
export class Downloads {
  readonly #folder: string;
  readonly #agentVersion: string;
  readonly #names = new Map<Sha256, string>();
  readonly #waiting: (() => void)[] = [];
  #atIt = 0;

  /** @param folder where packages lie until they are checked; it is there */
  constructor(folder: string, agentVersion: string) {
    this.#folder = folder;
    this.#agentVersion = agentVersion;
  }

  /** Of a package that was fetched; null: of none. */
  nameOf(model: Sha256): string | null {
    return this.#names.get(model) ?? null;
  }

  /** @throws UpdateError, and the signal's reason, as `fetchPackage` */
  async fetch(request: DownloadRequest): Promise<void> {
    await this.#turn();
    try {
      request.signal.throwIfAborted();
      await this.#fetch(request);
    } finally {
      this.#atIt -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #fetch({ root, onProgress, ...request }: DownloadRequest): Promise<void> {
    if (!root) {
      const message = 'Expected a root to trust, this device has none.';
      throw new UpdateError('ROOT_MISSING', message, { retry: false });
    }
    const folder = await mkdtemp(join(this.#folder, 'package-'));
    try {
      await fetchPackage({
        ...request,
        root,
        folder,
        variant: VARIANT,
        agentVersion: this.#agentVersion,
        limits: FETCH_LIMITS,
        pacer: new Pacer(null),
        onProgress: (receivedBytes, totalBytes) => onProgress({ receivedBytes, totalBytes }),
      });
      if (this.#names.has(request.digest)) return;
      const manifest = parseManifest(await readFile(join(folder, MANIFEST_FILE), 'utf8'));
      this.#names.set(request.digest, manifest.name);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #turn(): Promise<void> {
    if (this.#atIt >= AT_ONCE) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    this.#atIt += 1;
  }
}
