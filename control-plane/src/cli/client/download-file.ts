import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileSha256 } from '@edgeloop/disk';
import type { Sha256 } from '@edgeloop/protocol';
import { ControlPlaneError } from '../../errors.ts';
import type { ApiClient, ApiRequest } from './api-client.ts';
import type { Route } from './fill-path.ts';
import { retrying } from './retrying.ts';

/** Where a file is. */
export interface Source {
  readonly route: Route;
  readonly path: NonNullable<ApiRequest['path']>;
}

/**
 * Fetches a file that is known by its digest. What an attempt before brought stays in
 * `<path>.part`, and is gone on with; under its own name the file is whole and right.
 * @throws ControlPlaneError `DIGEST_MISMATCH`, and what the server says
 */
export async function downloadFile(
  client: ApiClient,
  source: Source,
  path: string,
  sha256: Sha256,
): Promise<void> {
  if ((await fileSha256(path).catch(() => null)) === sha256) return;
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  await retrying(client, () => fetchRest(client, source, part, sha256));
  const received = await fileSha256(part).catch(() => null);
  if (received !== sha256) {
    await rm(part, { force: true });
    throw new ControlPlaneError(
      'DIGEST_MISMATCH',
      `Expected SHA-256 ${sha256} for ${path}, received ${received}. What was fetched is removed: try again.`,
    );
  }
  await rename(part, path);
}

async function fetchRest(
  client: ApiClient,
  source: Source,
  part: string,
  sha256: Sha256,
): Promise<void> {
  const have = (await stat(part).catch(() => null))?.size ?? 0;
  const headers = have > 0 ? { range: `bytes=${have}-`, 'if-range': `"${sha256}"` } : {};
  const answer = await client.ask(source.route, { path: source.path, headers }).catch((error) => {
    // Nothing is left of it: the attempt before had all.
    if (have > 0 && error.code === 'RANGE_UNSATISFIABLE') return null;
    throw error;
  });
  if (!answer) return;
  const file = await open(part, answer.status === 206 ? 'a' : 'w');
  try {
    for await (const chunk of answer.body) await file.appendFile(chunk);
    await file.sync();
  } catch (cause) {
    const message = `Expected the rest of ${part}, received none: ${(cause as Error).message}.`;
    throw new ControlPlaneError('SERVER_UNREACHABLE', message, { cause });
  } finally {
    await file.close();
  }
}
