import { link, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileSha256 } from '@edgeloop/disk';
import type { CheckpointFile, JobOffer, Millis } from '@edgeloop/protocol';
import { TrainerError } from '../errors.ts';
import type { ControlPlaneClient } from './control-plane-client.ts';
import { fetchFile } from './fetch-file.ts';
import { Refusal } from './refusal.ts';
import { type RetryOptions, retrying } from './retrying.ts';
import { jobUploads, uploadFile } from './upload-file.ts';

export interface CheckpointUploadsOptions {
  readonly client: ControlPlaneClient;
  readonly offer: Pick<JobOffer, 'job' | 'lease' | 'checkpoint'>;
  /** Of the run: `fit` puts its checkpoints there. */
  readonly folder: string;
  readonly pause: Millis;
  readonly retry: RetryOptions;
  /** Told when one could not be brought: the one before is what there is to go on from. */
  readonly onProblem: (message: string) => void;
}

const CHECKPOINT = 'checkpoint.safetensors';
const BEST = /^best-\d+\.safetensors$/;

/**
 * Brings the checkpoints of a run to the control plane every so often, so that another trainer can
 * go on from the last.
 */
export class CheckpointUploads {
  readonly #options: CheckpointUploadsOptions;
  readonly #closed = new AbortController();
  #uploading: Promise<void> = Promise.resolve();
  /** Which checkpoint was uploaded last. */
  #uploaded: string | null = null;

  constructor(options: CheckpointUploadsOptions) {
    this.#options = options;
  }

  /**
   * Has the files of the job's checkpoint where `fit` looks for them.
   * @throws TrainerError `CHECKPOINT_REFUSED` where one is not there any more, or not as it was;
   * Refusal
   */
  async restore(): Promise<void> {
    const { client, offer, folder, retry } = this.#options;
    for (const { path, sha256 } of offer.checkpoint ?? []) {
      const url = `/api/jobs/${offer.job}/files/${sha256}?lease=${offer.lease}`;
      await fetchFile(client, url, { path: join(folder, path), sha256 }, retry).catch(explainLoss);
    }
    this.#uploaded = await identityOf(join(folder, CHECKPOINT));
  }

  start(): void {
    this.#uploading = this.#uploadEverySoOften();
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#uploading;
  }

  /** The newest checkpoint, unless it is there already. */
  async upload(retry: RetryOptions): Promise<void> {
    const { client, offer, folder } = this.#options;
    const newest = await identityOf(join(folder, CHECKPOINT));
    if (newest === null || newest === this.#uploaded) return;
    const files = await this.#snapshot(newest);
    if (files.length === 0) return;
    for (const { path, sha256, bytes } of files) {
      const snapshot = snapshotOf(folder, path);
      await uploadFile(client, jobUploads(offer), snapshot, { sha256, bytes }, retry);
    }
    const asked = { method: 'PUT', json: { lease: offer.lease, files } } as const;
    const send = () =>
      client.ask(`/api/jobs/${offer.job}/checkpoint`, { ...asked, signal: retry.signal });
    await retrying(send, retry);
    this.#uploaded = newest;
  }

  async #uploadEverySoOften(): Promise<void> {
    const { pause, retry, onProblem } = this.#options;
    const signal = AbortSignal.any([retry.signal, this.#closed.signal]);
    while (!signal.aborted) {
      await wait(pause, undefined, { signal }).catch(() => {});
      try {
        await this.upload({ ...retry, signal });
      } catch (error) {
        // The training goes on. A lost lease shows with the next heartbeat.
        if (!signal.aborted) onProblem((error as Error).message);
      }
    }
  }

  /**
   * Links to the files as they are now: what `fit` writes next takes their names, not their
   * content. As long as a checkpoint is there, so are the best weights that it speaks of: none, if
   * it was replaced meanwhile.
   */
  async #snapshot(newest: string): Promise<CheckpointFile[]> {
    const { folder } = this.#options;
    for (const file of await readdir(folder)) {
      if (file.startsWith(SNAPSHOT)) await rm(join(folder, file), { force: true });
    }
    const found = (await readdir(folder)).filter((file) => file === CHECKPOINT || BEST.test(file));
    const files: CheckpointFile[] = [];
    for (const path of found) {
      const snapshot = snapshotOf(folder, path);
      try {
        await link(join(folder, path), snapshot);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      }
      if (path === CHECKPOINT && (await identityOf(snapshot)) !== newest) return [];
      const { size } = await stat(snapshot);
      files.push({ path, sha256: await fileSha256(snapshot), bytes: size });
    }
    return files;
  }
}

/**
 * Checkpoints are in no backup: a control plane that was restored knows of files that it does not
 * have.
 */
function explainLoss(cause: Error): never {
  if (!(cause instanceof Refusal && LOST.has(cause.problem))) throw cause;
  const message = `Expected the job's checkpoint at the control plane: ${cause.message}`;
  throw new TrainerError('CHECKPOINT_REFUSED', message, { cause });
}

const LOST = new Set(['NOT_FOUND', 'DIGEST_MISMATCH']);

const SNAPSHOT = 'uploading-';
const snapshotOf = (folder: string, path: string) => join(folder, `${SNAPSHOT}${path}`);

/** Its inode alone may be that of a file that is gone. */
async function identityOf(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  return found && `${found.ino} ${found.mtimeMs}`;
}
