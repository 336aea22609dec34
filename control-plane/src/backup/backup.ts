import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { entriesBelow, fileSha256, makeFolder, settleFiles, syncFolder } from '@edgeloop/disk';
import type { Sha256 } from '@edgeloop/protocol';
import { ControlPlaneError } from '../errors.ts';
import { findDamages } from '../integrity/find-damages.ts';
import { isOnPostgres } from '../store/chosen-database.ts';
import { isDamage, MEND } from '../store/store-failure.ts';
import { copyContent } from './copy-content.ts';
import { copyDatabase } from './copy-database.ts';
import { namedContent } from './named-content.ts';

interface BackupFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** `backup.json`: what the folder must hold. */
export interface BackupManifest {
  readonly format: 1;
  readonly at: string;
  readonly version: string;
  /** Its databases were read to the last page, and are whole. */
  readonly checked?: true;
  readonly files: readonly BackupFile[];
  /** Digests that rows name and the folder did not have; absent: of a backup that did not look. */
  readonly missing?: readonly Sha256[];
}

const BACKUP_FILE = 'backup.json';
const ROWS = 'control-plane.sqlite';
const SESSIONS = 'broker.sqlite';
const DATABASES = [ROWS, SESSIONS];
const CONTENT = join('artifacts', 'objects');
/** Whose signatures count. */
const KEYS = 'keys';

/**
 * Copies a data folder, also while a control plane uses it: each database as of one moment
 * (SQLite's online backup), every artifact that its rows name, and the keys. The folder appears
 * whole, or not at all, and is on disk then. A copy that nobody has read may be of a database that was damaged long ago:
 * each is read to the last page, which is also the thorough look at the one that is in use.
 * @throws ControlPlaneError `OPTION_INVALID` where there is nothing to copy or the target is there,
 * `DATA_DAMAGED`
 */
export async function backup(
  data: string,
  target: string,
  { version, now }: { version: string; now: Date },
): Promise<BackupManifest> {
  if (isOnPostgres(data)) {
    const message = `Expected a data folder that holds its rows, received ${data}, whose rows are in PostgreSQL. Copy those with pg_dump, then the folder itself: docs/control-plane.md, PostgreSQL.`;
    throw new ControlPlaneError('OPTION_INVALID', message);
  }
  if (!existsSync(join(data, ROWS))) {
    const message = `Expected the data folder of a control plane for --data, received ${data}.`;
    throw new ControlPlaneError('OPTION_INVALID', message);
  }
  if (existsSync(target)) {
    const message = `Expected a folder that is not there yet for --out, received ${target}.`;
    throw new ControlPlaneError('OPTION_INVALID', message);
  }
  const half = `${target}.half`;
  await rm(half, { recursive: true, force: true });
  await makeFolder(half, 0o700);
  const missing = await copyRows(data, half);
  for (const name of DATABASES.filter((database) => existsSync(join(half, database)))) {
    const damages = damagesOf(half, name);
    if (damages.length > 0) throw await refuse(half, `${name} in ${data}`, damages);
  }
  if (existsSync(join(data, KEYS))) {
    await cp(join(data, KEYS), join(half, KEYS), { recursive: true });
  }
  const files = await describe(half);
  const manifest: BackupManifest = {
    format: 1,
    at: now.toISOString(),
    version,
    checked: true,
    files,
    missing,
  };
  await writeFile(join(half, BACKUP_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  await settleFiles(half, [BACKUP_FILE, ...pathsOf(files)]);
  await rename(half, target);
  await syncFolder(dirname(target));
  return manifest;
}

/**
 * The databases and the content that rows name.
 * @returns what is missing of that
 * @throws ControlPlaneError `DATA_DAMAGED`
 */
async function copyRows(data: string, half: string): Promise<readonly Sha256[]> {
  try {
    const missing = await copyContent({
      from: join(data, CONTENT),
      to: join(half, CONTENT),
      copyRows: () => copyDatabase(join(data, ROWS), join(half, ROWS), namedContent),
    });
    if (existsSync(join(data, SESSIONS))) {
      await copyDatabase(join(data, SESSIONS), join(half, SESSIONS), () => {});
    }
    return missing;
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    if (!isDamage(String(code))) throw error;
    throw await refuse(half, `database in ${data}`, [message]);
  }
}

async function refuse(
  half: string,
  what: string,
  damages: readonly string[],
): Promise<ControlPlaneError> {
  await rm(half, { recursive: true, force: true });
  const message = `Expected a whole ${what}, received one that is damaged: ${damages.join('; ')}. No backup was made. Keep those that there are. ${MEND}`;
  return new ControlPlaneError('DATA_DAMAGED', message);
}

/**
 * Puts a backup where a control plane starts from, when every file is as it was copied and each
 * database is whole. It is on disk then: whoever calls may remove the backup.
 * @throws ControlPlaneError `OPTION_INVALID`, `DATA_DAMAGED`; nothing stays behind then
 */
export async function restore(source: string, data: string): Promise<BackupManifest> {
  const text = await readFile(join(source, BACKUP_FILE), 'utf8').catch((cause) => {
    const message = `Expected a backup with its ${BACKUP_FILE} for --from, received ${source}.`;
    throw new ControlPlaneError('OPTION_INVALID', message, { cause });
  });
  const manifest = JSON.parse(text) as BackupManifest;
  const found = new Map((await describe(source)).map((file) => [file.path, file.sha256]));
  for (const { path, sha256 } of manifest.files) {
    if (found.get(path) === sha256) continue;
    const message = `Expected ${path} of the backup as it was copied (SHA-256 ${sha256}), received ${found.get(path) ?? 'no such file'}.`;
    throw new ControlPlaneError('OPTION_INVALID', message);
  }
  if (existsSync(data) && (await readdir(data)).length > 0) {
    const message = `Expected an empty folder for --data, received ${data}. Nothing is overwritten: move it away first.`;
    throw new ControlPlaneError('OPTION_INVALID', message);
  }
  await makeFolder(data, 0o700);
  for (const { path } of manifest.files) await cp(join(source, path), join(data, path));
  if (manifest.checked !== true) await expectWhole(data, manifest);
  await settleFiles(data, pathsOf(manifest.files));
  return manifest;
}

/** A backup of a version that did not look. */
async function expectWhole(data: string, { files }: BackupManifest): Promise<void> {
  for (const { path } of files.filter((file) => DATABASES.includes(file.path))) {
    const damages = damagesOf(data, path);
    if (damages.length === 0) continue;
    for (const name of await readdir(data)) await rm(join(data, name), { recursive: true });
    const message = `Expected a whole ${path} in the backup, received one that was damaged when it was copied: ${damages.join('; ')}. Take an earlier one.`;
    throw new ControlPlaneError('DATA_DAMAGED', message);
  }
}

const pathsOf = (files: readonly BackupFile[]) => files.map(({ path }) => path);

const damagesOf = (folder: string, name: string) =>
  findDamages(join(folder, name), 'integrity_check');

async function describe(folder: string): Promise<BackupFile[]> {
  const files: BackupFile[] = [];
  for (const entry of await entriesBelow(folder)) {
    if (!entry.isFile() || entry.name === BACKUP_FILE) continue;
    const path = join(entry.parentPath, entry.name);
    const { size } = await stat(path);
    files.push({
      path: path.slice(folder.length + 1),
      bytes: size,
      sha256: await fileSha256(path),
    });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
