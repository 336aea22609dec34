import type { RootKeys, Sha256 } from '@edgeloop/protocol';
import type { Pacer } from '../../server/pacer.ts';
import type { ServerClient } from '../../server/server-client.ts';
import { UpdateError } from '../update-error.ts';
import type { FetchLimits } from './fetch-limits.ts';

export interface FetchOptions {
  readonly server: Pick<ServerClient, 'get'>;
  /** SHA-256 of the manifest: what the assignment names. */
  readonly digest: Sha256;
  readonly root: RootKeys;
  /** The one that the slot runs: no file of another is fetched. */
  readonly variant: string;
  readonly agentVersion: string;
  /**
   * For this package alone; made where it is not there. What is in it is what an earlier try left: the next goes on from
   * there, whatever ended it.
   */
  readonly folder: string;
  readonly limits: FetchLimits;
  /** The bandwidth. */
  readonly pacer: Pacer;
  readonly signal: AbortSignal;
  /** Of the files that are fetched, the manifest aside. */
  readonly onProgress: (receivedBytes: number, totalBytes: number) => void;
}

/**
 * Brings a package from the server into a folder: manifest, signature, the variant's file and the golden cases, each checked
 * and on disk for good when this returns. Nothing of it is run.
 * @throws UpdateError; the signal's reason when that aborts
 */
export async function fetchPackage(_options: FetchOptions): Promise<void> {
  throw new UpdateError('SERVER_UNAVAILABLE', 'Expected a server.', { retry: true });
}
