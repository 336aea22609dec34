import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  MANIFEST_FILE,
  MANIFEST_SIGNATURE_FILE,
  ProtocolError,
  type Sha256,
} from '@edgeloop/protocol';
import { parseSignature } from '@edgeloop/signing';
import type { AnnouncedModel, ModelView } from '../../resources/model.ts';
import type { ApiClient } from '../client/api-client.ts';
import { isAway, retrying } from '../client/retrying.ts';
import { uploadFile } from '../client/upload-file.ts';

export interface PushOptions {
  readonly directory: string;
  readonly task: string;
  readonly parent: Sha256 | null;
  readonly onFile: (path: string, number: number, count: number) => void;
}

/**
 * Brings a package to the registry and waits for its check. The same again goes on where it broke
 * off.
 * @returns the model, registered or refused
 * @throws ProtocolError, ControlPlaneError
 */
export async function pushPackage(
  client: ApiClient,
  { directory, task, parent, onFile }: PushOptions,
): Promise<ModelView> {
  const manifest = await readManifest(directory);
  const signaturePath = join(directory, MANIFEST_SIGNATURE_FILE);
  const signed = await readFile(signaturePath, 'utf8').catch(() => null);
  const json = {
    task,
    manifest: manifest.toString('utf8'),
    ...(signed !== null && { signature: parseSignature(signed, signaturePath) }),
    ...(parent && { parent }),
  };
  const { model, missing } = await retrying(client, () =>
    client.askJson<AnnouncedModel>('POST /api/models', { json }),
  );
  requireSame(manifest, model.digest);
  for (const [i, file] of missing.entries()) {
    onFile(file.path, i + 1, missing.length);
    await uploadFile(client, join(directory, file.path), file);
  }
  return completed(client, model.digest);
}

/** The answer may be lost while the check goes on: then its end is waited for. */
async function completed(client: ApiClient, digest: Sha256): Promise<ModelView> {
  const path = { digest };
  for (;;) {
    const { state } = await retrying(client, () =>
      client.askJson<ModelView>('GET /api/models/{digest}', { path }),
    );
    if (state !== 'checking') break;
    await delay(POLL);
  }
  try {
    return await client.askJson<ModelView>('POST /api/models/{digest}/complete', { path });
  } catch (error) {
    if (!isAway(error)) throw error;
    return completed(client, digest);
  }
}

const POLL = 1000;

async function readManifest(directory: string): Promise<Buffer> {
  try {
    return await readFile(join(directory, MANIFEST_FILE));
  } catch (cause) {
    throw new ProtocolError(
      'PACKAGE_FILE_MISSING',
      `Expected a model package with ${MANIFEST_FILE} in ${directory}: ${(cause as Error).message}. Make one with edgeloop-trainer fit.`,
      { cause },
    );
  }
}

/** A manifest that is not UTF-8 would change on its way through JSON. */
function requireSame(manifest: Buffer, digest: Sha256): void {
  const own = createHash('sha256').update(manifest).digest('hex');
  if (own === digest) return;
  throw new ProtocolError(
    'PACKAGE_MANIFEST_INVALID',
    `Expected ${MANIFEST_FILE} to arrive as ${own}, received ${digest}: is it UTF-8?`,
  );
}
