import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type JobOffer,
  MANIFEST_FILE,
  type Manifest,
  ProtocolError,
  packageFiles,
  parseManifest,
  type Sha256,
} from '@edgeloop/protocol';
import type { FetchedVariant } from './champion-predictions.ts';
import type { ControlPlaneClient } from './control-plane-client.ts';
import { fetchFile } from './fetch-file.ts';
import { Refusal } from './refusal.ts';
import { registerPackage } from './register-package.ts';
import { type RetryOptions, retrying } from './retrying.ts';
import { MODEL_UPLOADS, uploadFile } from './upload-file.ts';

/**
 * One variant of a model of the registry: its manifest, which is named by its digest, and one file.
 */
export async function fetchVariant(
  client: ControlPlaneClient,
  digest: Sha256,
  variant: 'int8' | 'float32',
  folder: string,
  retry: RetryOptions,
): Promise<FetchedVariant> {
  const manifest = await fetchManifest(client, digest, folder, retry);
  const chosen = Object.hasOwn(manifest.variants, variant) ? manifest.variants[variant] : undefined;
  if (!chosen) {
    const names = Object.keys(manifest.variants).join(', ');
    throw new ProtocolError(
      'PACKAGE_VARIANT_MISSING',
      `Expected a variant ${variant} of package ${digest}, received ${names}.`,
    );
  }
  const { sha256 } = chosen.file;
  const path = join(folder, `${variant}.onnx`);
  await fetchFile(client, urlOf(digest, chosen.file.path), { path, sha256 }, retry);
  const { classes, crop } = manifest;
  return { path, sha256, classes, crop, tensor: chosen.tensor };
}

/** The manifest of a model of the registry. @throws Refusal, ProtocolError */
export async function fetchManifest(
  client: ControlPlaneClient,
  digest: Sha256,
  folder: string,
  retry: RetryOptions,
): Promise<Manifest> {
  const path = join(folder, MANIFEST_FILE);
  await fetchFile(client, urlOf(digest, MANIFEST_FILE), { path, sha256: digest }, retry);
  return parseManifest(await readFile(path, 'utf8'));
}

const urlOf = (digest: Sha256, path: string) => `/api/models/${digest}/files/${path}`;

/** To bring a package that is forgotten meanwhile. */
const MOST_TRIES = 3;

/** The registry's answer to a manifest. */
interface Announcement {
  readonly missing: readonly { readonly sha256: Sha256 }[];
}

/**
 * Brings a package to the registry, which checks it, as a version of the job's task.
 * @throws Refusal, also where the registry does not take it: as `registerPackage` says
 */
export async function uploadPackage(
  client: ControlPlaneClient,
  folder: string,
  { task, job, init }: Pick<JobOffer, 'task' | 'job' | 'init'>,
  retry: RetryOptions,
): Promise<void> {
  const { signal } = retry;
  const manifest = await readFile(join(folder, MANIFEST_FILE), 'utf8');
  const digest = createHash('sha256').update(manifest).digest('hex') as Sha256;
  const files = new Map(packageFiles(parseManifest(manifest)).map((file) => [file.sha256, file]));
  const parent = init.kind === 'model' ? { parent: init.package } : {};
  const json = { task, manifest, job, ...parent };
  for (let tries = 1; ; tries++) {
    const { missing } = await retrying(
      () => client.askJson<Announcement>('/api/models', { method: 'POST', json, signal }),
      retry,
    );
    for (const { sha256 } of missing) {
      // The package's own alone: no answer has another file of this machine sent.
      const file = files.get(sha256);
      if (file) await uploadFile(client, MODEL_UPLOADS, join(folder, file.path), file, retry);
    }
    try {
      return await registerPackage(client, digest, retry);
    } catch (error) {
      if (tries === MOST_TRIES || !isForgotten(error)) throw error;
    }
  }
}

/** It was here: the control plane went back to a backup since. */
const isForgotten = (error: unknown): boolean =>
  error instanceof Refusal && ['NOT_FOUND', 'MODEL_INCOMPLETE'].includes(error.problem);
