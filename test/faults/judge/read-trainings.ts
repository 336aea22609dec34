import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RootKeys } from '@edgeloop/protocol';
import { parseSignature, readKeyFolder, verifyPackage } from '@edgeloop/signing';
import { openStoreRows, type StorePlace } from './store-rows.ts';

export interface StoredJob {
  readonly job: string;
  readonly state: string;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly reason: string | null;
  readonly package: string | null;
  /** How often a trainer went on from a checkpoint. */
  readonly resumed: number;
}

export interface StoredModel {
  readonly digest: string;
  readonly job: string | null;
  readonly state: string;
  readonly refusal: string | null;
  /**
   * Of a registered one: files that are not there as the manifest says, and a signature that does
   * not count.
   */
  readonly faults: readonly string[];
}

export interface StoredTrainings {
  readonly jobs: readonly StoredJob[];
  readonly models: readonly StoredModel[];
}

/** Jobs of tasks and their packages, by the files and the database of the control plane alone. */
export async function readTrainings(
  data: string,
  place: StorePlace,
  tasks: readonly string[],
): Promise<StoredTrainings> {
  const { root } = await readKeyFolder(join(data, 'keys'));
  const rows = await openStoreRows(place);
  const ofTasks = `task IN (${tasks.map(() => '?').join(', ')})`;
  const jobs = await rows.all<StoredJob>(
    `SELECT id AS job, state, attempts, max_attempts AS "maxAttempts", reason, package,
      (SELECT COUNT(*) FROM job_logs WHERE job_id = id AND text LIKE 'Going on in epoch%') AS resumed
    FROM jobs WHERE ${ofTasks} ORDER BY created_at`,
    ...tasks,
  );
  const found = await rows.all<NamedModel>(
    `SELECT digest, job, state, refusal, manifest, signature FROM model_versions WHERE ${ofTasks}`,
    ...tasks,
  );
  const models: StoredModel[] = [];
  for (const { manifest, signature, ...model } of found) {
    const { digest, state } = model;
    const files = await rows.all<NamedFile>(
      `SELECT path, sha256, bytes FROM model_files WHERE digest = ?
      UNION ALL SELECT 'report', sha256, bytes FROM model_reports WHERE digest = ?`,
      ...[digest, digest],
    );
    const read = (sha256: string) =>
      readFileSync(join(data, 'artifacts', 'objects', sha256.slice(0, 2), sha256));
    const named = { digest, manifest, signature, files };
    models.push({
      ...model,
      faults: state === 'registered' ? packageFaults(named, root, read) : [],
    });
  }
  await rows.close();
  return { jobs, models };
}

interface NamedModel extends Omit<StoredModel, 'faults'> {
  readonly manifest: string;
  readonly signature: string | null;
}

export interface NamedFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface NamedPackage {
  readonly digest: string;
  readonly manifest: string;
  /** JSON. */
  readonly signature: string | null;
  readonly files: readonly NamedFile[];
}

/** What is not as the registry says. @param read the file of that digest */
export function packageFaults(
  { digest, manifest, signature, files }: NamedPackage,
  root: RootKeys,
  read: (sha256: string) => Uint8Array,
): string[] {
  const faults = files.flatMap(({ path, sha256, bytes }) => {
    try {
      const content = read(sha256);
      return content.length === bytes && digestOf(content) === sha256 ? [] : [`${path} is torn`];
    } catch (error) {
      return [`${path}: ${(error as Error).message}`];
    }
  });
  const text = Buffer.from(manifest);
  if (digestOf(text) !== digest) faults.push('its manifest is another');
  try {
    verifyPackage(root, text, parseSignature(signature ?? '', digest));
  } catch (error) {
    faults.push((error as Error).message);
  }
  return faults;
}

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
