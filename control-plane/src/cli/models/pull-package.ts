import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, settleFiles } from '@edgeloop/disk';
import { loadPackage } from '@edgeloop/onnx/vetting';
import {
  MANIFEST_FILE,
  MANIFEST_SIGNATURE_FILE,
  packageFiles,
  parseManifest,
  type RootKeys,
  type Sha256,
  type SignedRoot,
} from '@edgeloop/protocol';
import {
  acceptRoot,
  checkFirstRoot,
  parseSignature,
  readKeyFolder,
  verifyPackage,
} from '@edgeloop/signing';
import { ControlPlaneError } from '../../errors.ts';
import type { ApiClient } from '../client/api-client.ts';
import { downloadFile, type Source } from '../client/download-file.ts';

export interface PullOptions {
  readonly digest: Sha256;
  readonly directory: string;
  /**
   * Whose signatures count; null: what the server says, which is as good as the connection to it.
   */
  readonly keys: string | null;
}

/**
 * Fetches a package into a folder; the same again goes on where it broke off. Signature and every
 * digest are checked. It is on disk when this returns.
 */
export async function pullPackage(
  client: ApiClient,
  { digest, directory, keys }: PullOptions,
): Promise<void> {
  const source = (file: string): Source => ({
    route: 'GET /api/models/{digest}/files/{*}',
    path: { digest, '*': file },
  });
  await makeFolder(directory);
  const manifestPath = join(directory, MANIFEST_FILE);
  await downloadFile(client, source(MANIFEST_FILE), manifestPath, digest);
  const bytes = await readFile(manifestPath);
  const root = keys === null ? await rootOf(client) : (await readKeyFolder(keys)).root;
  const { route, path: at } = source(MANIFEST_SIGNATURE_FILE);
  const signed = await (await client.ask(route, { path: at })).text();
  verifyPackage(root, bytes, parseSignature(signed, MANIFEST_SIGNATURE_FILE));
  await writeFile(join(directory, MANIFEST_SIGNATURE_FILE), signed);
  const manifest = parseManifest(bytes.toString('utf8'));
  const files = packageFiles(manifest);
  for (const { path, sha256 } of files) {
    await downloadFile(client, source(path), join(directory, path), sha256);
  }
  await loadPackage(directory, Object.keys(manifest.variants)[0]);
  const names = files.map(({ path }) => path);
  await settleFiles(directory, [MANIFEST_FILE, MANIFEST_SIGNATURE_FILE, ...names]);
}

async function rootOf(client: ApiClient): Promise<RootKeys> {
  const { roots } = await client.askJson<{ roots: SignedRoot[] }>('GET /api/keys/roots');
  const [first, ...later] = roots;
  if (first) return acceptRoot(checkFirstRoot(first), later, Date.now());
  throw new ControlPlaneError(
    'REQUEST_REFUSED',
    'Expected the roots of the server, received none.',
  );
}
