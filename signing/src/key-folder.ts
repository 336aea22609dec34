import { generateKeyPairSync } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, syncFolder } from '@edgeloop/disk';
import type { KeyId, RootKeys, SignedRoot } from '@edgeloop/protocol';
import { SigningError } from './errors.ts';
import { type KeyPair, keyPair, parsePrivateKey } from './key-pair.ts';
import { firstRoot, nextRoot, type RoleKeys, type RootTimes } from './next-root.ts';
import { parseRoot } from './parse.ts';
import { acceptRoot, checkFirstRoot, signRoot } from './root.ts';
import { writeNew } from './write-new.ts';

export type KeyName = keyof RoleKeys;
export const KEY_NAMES: readonly KeyName[] = ['root', 'package', 'online'];

const ROOT_FILE = /^root-([1-9]\d*)\.json$/;
const PRIVATE_FILE = /\.private\.pem$/;

/**
 * What `edgeloop keys` keeps: `root-N.json`, which is public, and `<name>-N.private.pem`, each of
 * which may live elsewhere.
 */
export interface KeyFolder {
  /** Versions 1 to N: a device that missed some follows them one by one. */
  readonly chain: readonly SignedRoot[];
  readonly root: RootKeys;
  /** Private keys that are in the folder. */
  readonly keys: readonly KeyPair[];
}

/**
 * Makes version 1 and its three keys, readable by their owner alone.
 * @throws SigningError `KEY_FILE_EXISTS` where there are keys already; `KEY_FILE_UNWRITABLE`
 */
export async function createKeyFolder(folder: string, times: RootTimes): Promise<KeyFolder> {
  await makeFolder(folder, 0o700).catch((error) => {
    throw unwritable(folder, error);
  });
  const names = await readdir(folder);
  const present = names.find((name) => ROOT_FILE.test(name) || PRIVATE_FILE.test(name));
  if (present) {
    throw new SigningError(
      'KEY_FILE_EXISTS',
      `Expected a folder without keys, received ${folder} with ${present}. Change keys with edgeloop keys rotate; they are never overwritten.`,
    );
  }
  const keys = newKeys(KEY_NAMES);
  const root = firstRoot(publicKeys(keys) as RoleKeys, times);
  return writeVersion(folder, keys, signRoot(root, [keys.root as KeyPair]));
}

/**
 * Version N+1 with new keys of the given names, signed by the root keys of N and N+1. Nothing is
 * written unless it counts.
 * @throws SigningError `KEY_UNKNOWN` where the private root key is not in the folder, or what is
 * revoked is no package key;
 *   `ROOT_INVALID` where there would be too many package keys
 */
export async function rotateKeyFolder(
  folder: string,
  names: readonly KeyName[],
  revoked: readonly KeyId[],
  times: RootTimes,
): Promise<KeyFolder> {
  const { root: current, keys: present } = await readKeyFolder(folder);
  const signing = present.filter(({ publicKey }) => current.root.keys.includes(publicKey.keyId));
  if (signing.length < current.root.threshold) {
    throw new SigningError(
      'KEY_UNKNOWN',
      `Expected the private root key of version ${current.version} (${current.root.keys.join(', ')}) in ${folder}, received none. Bring it from where it is kept, rotate, and take it away again.`,
    );
  }
  const keys = newKeys(names);
  const root = nextRoot(current, publicKeys(keys), revoked, times);
  const next = signRoot(root, [...signing, ...(keys.root ? [keys.root] : [])]);
  acceptRoot(current, [next], times.issued);
  return writeVersion(folder, keys, next);
}

/**
 * @throws SigningError `KEY_FILE_INVALID`, `ROOT_INVALID` and what a step of the chain is refused
 * for
 */
export async function readKeyFolder(folder: string): Promise<KeyFolder> {
  const names = await readdir(folder).catch((cause) => {
    throw new SigningError(
      'KEY_FILE_INVALID',
      `Expected a folder of keys, received ${folder}: ${cause.message}. edgeloop keys create makes one.`,
      { cause },
    );
  });
  const versions = names.map((name) => Number(ROOT_FILE.exec(name)?.[1] ?? 0)).filter(Boolean);
  const chain: SignedRoot[] = [];
  for (const version of versions.sort((a, b) => a - b)) {
    const path = join(folder, `root-${version}.json`);
    chain.push(parseRoot(await readFile(path, 'utf8'), path));
  }
  const [first, ...later] = chain;
  if (!first) {
    throw new SigningError(
      'KEY_FILE_INVALID',
      `Expected root-1.json in ${folder}, received none. edgeloop keys create makes it.`,
    );
  }
  // Whether it has expired is for whoever uses it: an expired one can still be rotated.
  const root = acceptRoot(checkFirstRoot(first), later, Number.NEGATIVE_INFINITY);
  const keys: KeyPair[] = [];
  for (const name of names.filter((candidate) => PRIVATE_FILE.test(candidate))) {
    keys.push(await readPrivateKey(join(folder, name)));
  }
  return { chain, root, keys };
}

/** @throws SigningError `KEY_FILE_INVALID` */
export async function readPrivateKey(path: string): Promise<KeyPair> {
  const pem = await readFile(path, 'utf8').catch((cause) => {
    throw new SigningError(
      'KEY_FILE_INVALID',
      `Expected a private key file, received ${path}: ${cause.message}.`,
      { cause },
    );
  });
  return parsePrivateKey(pem, path);
}

type CreatedKeys = { [Name in KeyName]?: KeyPair };

function newKeys(names: readonly KeyName[]): CreatedKeys {
  const made = names.map((name) => [name, keyPair(generateKeyPairSync('ed25519').privateKey)]);
  return Object.fromEntries(made);
}

function publicKeys(keys: CreatedKeys): Partial<RoleKeys> {
  return Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, key.publicKey]));
}

/**
 * The root last: without it the new keys count for nothing, and go where it can't be made.
 * @throws SigningError `KEY_FILE_EXISTS`; `KEY_FILE_UNWRITABLE`, such as on a full disk
 */
async function writeVersion(
  folder: string,
  keys: CreatedKeys,
  root: SignedRoot,
): Promise<KeyFolder> {
  const { version } = root.signed;
  const text = `${JSON.stringify(root, null, 2)}\n`;
  // What can't be read again would leave a folder that no command takes.
  parseRoot(text, `version ${version}`);
  const made: string[] = [];
  try {
    for (const [name, { privateKey }] of Object.entries(keys)) {
      const path = join(folder, `${name}-${version}.private.pem`);
      await writeNew(path, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 0o600);
      made.push(path);
    }
    await syncFolder(folder);
    await writeNew(join(folder, `root-${version}.json`), text, 0o644);
  } catch (error) {
    for (const path of made) await rm(path, { force: true }).catch(() => {});
    throw error instanceof SigningError ? error : unwritable(folder, error as Error);
  }
  await syncFolder(folder).catch((error) => {
    throw unwritable(folder, error);
  });
  return readKeyFolder(folder);
}

const unwritable = (folder: string, cause: Error): SigningError =>
  new SigningError(
    'KEY_FILE_UNWRITABLE',
    `Expected to write keys into ${folder}: ${cause.message}. Is the disk full, or the folder another's?`,
    { cause },
  );
