import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { untilAny } from '@edgeloop/daemon';
import { fileSha256 } from '@edgeloop/disk';
import type { Sha256 } from '@edgeloop/protocol';
import type { ControlPlaneClient } from './control-plane-client.ts';
import { Refusal } from './refusal.ts';
import { type RetryOptions, retrying } from './retrying.ts';

/** So long without a byte, and the connection counts as dead. */
const STALL = 60_000;

/** After so many whole files with other bytes than were asked for, it is damaged there. */
const MOST_MISMATCHES = 3;

/**
 * Has a file of the control plane at `path`, by its digest. What came before a connection broke
 * stays, and the next try goes on after it (RFC 9110, 14.2); what is there already is not fetched.
 * @throws Refusal
 */
export async function fetchFile(
  client: ControlPlaneClient,
  url: string,
  { path, sha256 }: { readonly path: string; readonly sha256: Sha256 },
  retry: RetryOptions,
): Promise<void> {
  if (await stat(path).catch(() => null)) return;
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.partial`;
  let mismatches = 0;
  await retrying(async () => {
    await fetchRest(client, url, partial, retry.signal);
    if ((await fileSha256(partial)) === sha256) return;
    await rm(partial, { force: true });
    mismatches += 1;
    // What an earlier try left may have been wrong. A whole file that is wrong again and again
    // stays so.
    const status = mismatches < MOST_MISMATCHES ? 0 : 422;
    const message = `Expected ${sha256} from ${url}, received other bytes ${mismatches} times.`;
    throw new Refusal(status, 'DIGEST_MISMATCH', message);
  }, retry);
  await rename(partial, path);
}

async function fetchRest(
  client: ControlPlaneClient,
  url: string,
  partial: string,
  signal: AbortSignal,
): Promise<void> {
  const held = (await stat(partial).catch(() => null))?.size ?? 0;
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), STALL);
  try {
    const headers = {
      'accept-encoding': 'identity',
      ...(held > 0 && { range: `bytes=${held}-` }),
    };
    await untilAny([signal, stalled.signal], (either) =>
      client.ask(url, { headers, signal: either }, async ({ status, body }) => {
        const goesOn = status === 206;
        const file = await open(partial, goesOn ? 'a' : 'w');
        try {
          for await (const chunk of body ?? []) {
            timer.refresh();
            await file.writeFile(chunk);
          }
        } finally {
          await file.close();
        }
      }),
    );
  } catch (error) {
    signal.throwIfAborted();
    // All of it is here, or more than there is: the digest tells which.
    if (error instanceof Refusal && error.status === 416) return;
    if (error instanceof Refusal || typeof (error as NodeJS.ErrnoException).syscall === 'string') {
      throw error;
    }
    throw new Refusal(0, 'NETWORK', `Expected ${url} to the end: ${(error as Error).message}.`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}
