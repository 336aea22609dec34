import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder, writeDurably } from '@edgeloop/disk';
import { didYouMean } from '@edgeloop/protocol/did-you-mean';
import { ControlPlaneError } from '../../errors.ts';
import type { Surroundings } from '../surroundings.ts';

/** A server, and what it is asked with. */
export interface ServerSettings {
  server?: string;
  token?: string;
  /** PEM file of who signed the server's certificate; relative to the file that names it. */
  ca?: string;
}

/** `config.yaml`: of the only server, or of several by name. */
export interface SettingsFile extends ServerSettings {
  /** Which of `profiles` holds unless another is named. */
  profile?: string;
  profiles?: Record<string, ServerSettings>;
}

const OF_SERVER = ['server', 'token', 'ca'] as const;
const OF_FILE = [...OF_SERVER, 'profile', 'profiles'] as const;
/** Bits of a mode that let others than its owner in. */
const OTHERS = 0o077;

/** XDG Base Directory Specification: `$XDG_CONFIG_HOME`, else `~/.config`. */
export function settingsPath(
  given: string | undefined,
  { env, home }: Pick<Surroundings, 'env' | 'home'>,
): string {
  const folder = env.XDG_CONFIG_HOME || join(home, '.config');
  return given ?? env.EDGELOOP_CONFIG ?? join(folder, 'edgeloop', 'config.yaml');
}

/**
 * Null: there is none.
 * @throws ControlPlaneError `OPTION_INVALID`: it can't be read, has keys that nobody knows, or a
 * token that others can read
 */
export async function readSettingsFile(path: string): Promise<SettingsFile | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw invalid(path, 'a file that can be read', (cause as Error).message);
  }
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw invalid(path, 'YAML', (cause as Error).message);
  }
  const file = check(path, value ?? {});
  const secret = [file, ...Object.values(file.profiles ?? {})].some(({ token }) => token);
  const { mode } = await stat(path);
  if (secret && mode & OTHERS) {
    const received = (mode & 0o777).toString(8);
    throw invalid(
      path,
      'a file with a token to be for its owner alone',
      `mode ${received}`,
      ` chmod 600 ${path}`,
    );
  }
  return file;
}

/** Whole or not at all; for its owner alone. */
export async function writeSettingsFile(path: string, file: SettingsFile): Promise<void> {
  const { stringify } = await import('yaml');
  await makeFolder(dirname(path), 0o700);
  await writeDurably(path, stringify(file), 0o600, `${path}.${process.pid}.part`);
}

function check(path: string, value: unknown): SettingsFile {
  const file = checkKeys(path, '', value, OF_FILE);
  checkTexts(path, '', file, [...OF_SERVER, 'profile']);
  const profiles = file.profiles === undefined ? {} : asObject(path, 'profiles', file.profiles);
  for (const [name, profile] of Object.entries(profiles)) {
    const at = `profiles.${name}`;
    checkTexts(path, `${at}.`, checkKeys(path, `${at}.`, profile, OF_SERVER), OF_SERVER);
  }
  return file as SettingsFile;
}

function checkKeys(
  path: string,
  prefix: string,
  value: unknown,
  known: readonly string[],
): Record<string, unknown> {
  const object = asObject(path, prefix.slice(0, -1) || 'the file', value);
  const unknown = Object.keys(object).find((key) => !known.includes(key));
  if (unknown === undefined) return object;
  const hint = didYouMean(unknown, known);
  throw invalid(path, `keys of ${known.join(', ')}`, `${prefix}${unknown}`, hint);
}

function checkTexts(
  path: string,
  prefix: string,
  object: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): void {
  for (const key of keys) {
    if (object[key] !== undefined && typeof object[key] !== 'string') {
      throw invalid(path, `text for ${prefix}${key}`, JSON.stringify(object[key]));
    }
  }
}

function asObject(path: string, what: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw invalid(path, `keys and values for ${what}`, JSON.stringify(value));
}

function invalid(path: string, expected: string, received: string, mend = ''): ControlPlaneError {
  const message = `${path}: expected ${expected}, received ${received}.${mend}`;
  return new ControlPlaneError('OPTION_INVALID', message);
}
