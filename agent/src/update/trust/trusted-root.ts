import { SerialQueue } from '@edgeloop/daemon';
import type { RootKeys, SignedRoot } from '@edgeloop/protocol';
import { acceptRoot, SigningError } from '@edgeloop/signing';
import { AgentError } from '../../errors.ts';
import { Pacer } from '../../server/pacer.ts';
import type { ServerClient } from '../../server/server-client.ts';
import { isUnread } from '../../state/unread-file.ts';
import { onDisk } from '../fetch/on-disk.ts';
import { Retrieval, type RetrievalLimits } from '../fetch/retrieval.ts';
import { UpdateError } from '../update-error.ts';
import { fetchRoots } from './fetch-roots.ts';
import { adoptRoot, readGivenRoot, readTrust, type Trust, writeTrust } from './root-file.ts';

export interface TrustedRootOptions {
  /** The folder of the device's state. */
  readonly folder: string;
  /** What `trust.root` names; null: what the device got when it enrolled. */
  readonly file: string | null;
  readonly server: Pick<ServerClient, 'get'>;
  readonly limits: RetrievalLimits;
}

/**
 * The root keys that say whose signatures count on this device. They are only ever followed,
 * version by version.
 */
export class TrustedRoot {
  readonly #options: TrustedRootOptions;
  /** What `trust.root` names. */
  #given: SignedRoot | null = null;
  #trust: Trust | null = null;
  #problem: string | null = null;
  /** It is there, and could not be read. */
  #unread = false;
  /** One at a time follows. */
  readonly #queue = new SerialQueue();

  constructor(options: TrustedRootOptions) {
    this.#options = options;
  }

  /** Null: nothing is trusted. Whether it has expired is asked where something is to be taken. */
  get keys(): RootKeys | null {
    return this.#trust?.current.signed ?? null;
  }

  get version(): number | null {
    return this.keys?.version ?? null;
  }

  /** For `/healthz`; null: all is well. What runs, runs on all the same. */
  get problem(): string | null {
    return this.#problem;
  }

  /** @throws AgentError `CONFIG_INVALID`, SigningError for a file of `trust.root` that is none */
  async start(): Promise<void> {
    const { file } = this.#options;
    this.#given = file === null ? null : await readGivenRoot(file);
    await this.#load();
  }

  /**
   * Follows the root to `newest`. Returns at once where that is trusted already.
   * @throws UpdateError `ROOT_MISSING`, `ROOT_REFUSED`, `SERVER_…`, `TOO_SLOW`, `DISK_…`; the
   * signal's reason. The last version that was right stays trusted
   */
  catchUp(newest: number, signal: AbortSignal): Promise<void> {
    return this.#queue.run(() => this.#follow(newest, signal));
  }

  async #load(): Promise<void> {
    const { folder, file } = this.#options;
    this.#problem = null;
    this.#unread = false;
    try {
      if (this.#given === null) {
        this.#trust = await readTrust(folder);
        return;
      }
      const { trust, other } = await adoptRoot(folder, this.#given);
      this.#trust = trust;
      if (!other) return;
      this.#problem = `Expected in ${file} a version of the root that this device trusts (it has version ${trust.current.signed.version}), received another root, which is not taken. To trust it instead, remove root.json from the state folder.`;
    } catch (error) {
      if (!(error instanceof AgentError)) throw error;
      this.#problem = error.message;
      this.#unread = isUnread(error);
    }
  }

  async #follow(newest: number, signal: AbortSignal): Promise<void> {
    const { folder, server, limits } = this.#options;
    // It may have been enrolled since, or its file be readable again.
    if (!this.#trust) await this.#load();
    if (!this.#trust) {
      const message = `Expected a root to follow to version ${newest}, this device trusts none. ${this.#problem ?? 'Get it one with edgeloop-agent rotate, or name a file with trust.root in agent.yaml.'}`;
      throw new UpdateError('ROOT_MISSING', message, { retry: this.#unread });
    }
    const retrieval = new Retrieval({ server, limits, pacer: new Pacer(null), signal });
    for (let trust: Trust = this.#trust; trust.current.signed.version < newest; ) {
      for (const next of await fetchNext(retrieval, trust.current, newest)) {
        const followed = { ...trust, current: follow(trust.current, next) };
        // On disk first: what was trusted once is never taken back by a restart.
        await onDisk(folder, () => writeTrust(folder, followed));
        trust = followed;
        this.#trust = followed;
      }
    }
  }
}

async function fetchNext(
  retrieval: Retrieval,
  { signed: { version } }: SignedRoot,
  newest: number,
): Promise<readonly SignedRoot[]> {
  const page = await fetchRoots(retrieval, version);
  if (page.length > 0) return page;
  const message = `Expected version ${version + 1} of the root, and so on to ${newest}, received none. Was the control plane restored from an older copy?`;
  throw new UpdateError('ROOT_REFUSED', message, { retry: true });
}

/**
 * Whether the next has expired is no matter here: what its keys may sign is asked where something
 * is to be taken.
 */
function follow({ signed }: SignedRoot, next: SignedRoot): SignedRoot {
  try {
    acceptRoot(signed, [next], Number.NEGATIVE_INFINITY);
    return next;
  } catch (cause) {
    if (!(cause instanceof SigningError)) throw cause;
    throw new UpdateError('ROOT_REFUSED', cause.message, { retry: true, cause });
  }
}
