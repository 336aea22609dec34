import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { MANIFEST_FILE, type Manifest, parseManifest } from '@edgeloop/protocol';
import { TrainerError } from '../errors.ts';

/**
 * @throws TrainerError `PACKAGE_EXISTS`; by force for what is neither a package nor empty, such as
 * a folder of pictures
 */
export async function checkTarget(directory: string, force: boolean): Promise<void> {
  const found = await stat(directory).catch(() => null);
  if (!found) return;
  if (!force) throw exists(directory);
  const files = found.isDirectory() ? await readdir(directory) : null;
  if (files?.length === 0 || files?.includes(MANIFEST_FILE)) return;
  throw new TrainerError(
    'PACKAGE_EXISTS',
    `Expected a package or an empty folder to replace at ${directory}, received something else. Choose another --out, or remove it yourself.`,
  );
}

/**
 * For a run that goes on: it may have been ended when its package was written already.
 * @throws TrainerError `PACKAGE_EXISTS` where a package of another origin is.
 */
export async function checkOwnTarget(
  directory: string,
  lineage: Manifest['lineage'],
): Promise<void> {
  if (!(await stat(directory).catch(() => null))) return;
  const found = await readFile(join(directory, MANIFEST_FILE), 'utf8')
    .then(parseManifest)
    .catch(() => null);
  if (!isDeepStrictEqual(found?.lineage, JSON.parse(JSON.stringify(lineage)))) {
    throw exists(directory);
  }
}

/**
 * A package takes the whole of its folder: neither pictures nor the run's folder may be there.
 * @throws TrainerError `OPTION_INVALID`
 */
export async function checkApart(out: string, pictures: string, run: string): Promise<void> {
  const [target, set, own] = [
    await realPlace(out),
    await realPlace(pictures),
    await realPlace(run),
  ];
  if (isWithin(target, set) || isWithin(set, target)) {
    throw notApart(`the pictures in ${pictures}`, out, '--out');
  }
  if (isWithin(own, target)) throw notApart(`the package at ${out}`, run, '--run');
}

function notApart(what: string, received: string, option: string): TrainerError {
  return new TrainerError(
    'OPTION_INVALID',
    `Expected a folder apart from ${what} for ${option}, received ${received}.`,
  );
}

/** Without symbolic links, of what may not be there yet. */
async function realPlace(path: string): Promise<string> {
  const real = await realpath(path).catch(() => null);
  if (real !== null || dirname(path) === path) return real ?? path;
  return join(await realPlace(dirname(path)), basename(path));
}

function isWithin(inner: string, outer: string): boolean {
  const way = relative(outer, inner);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function exists(directory: string): TrainerError {
  return new TrainerError(
    'PACKAGE_EXISTS',
    `Expected nothing at ${directory}, received something. Choose another --out, or replace it with --force.`,
  );
}
