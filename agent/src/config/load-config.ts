import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { AgentError } from '../errors.ts';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { findConfigMistakes, placeMistake } from './explain-config.ts';
import { fillConfig, findDisagreements } from './fill-config.ts';
import { readYaml } from './read-yaml.ts';
import type { ConfigFile } from './schema.ts';

/**
 * Reads `agent.yaml`. Relative paths in it are relative to its folder.
 * @throws AgentError `CONFIG_UNREADABLE`, or `CONFIG_INVALID` with every mistake, one a line.
 */
export async function loadConfig(path: string): Promise<Config> {
  return parseConfig(await readConfig(path), path);
}

/** The text of `agent.yaml`. @throws AgentError `CONFIG_UNREADABLE` */
export async function readConfig(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new AgentError(
      'CONFIG_UNREADABLE',
      `Expected a readable configuration in ${path}: ${(cause as Error).message}. Name the file with --config.`,
      { cause },
    );
  }
}

/**
 * The configuration of a text; `path` says where it comes from.
 * @param change Of what stands in the file, before it is checked. Its mistakes are not in any line of the file.
 * @throws ConfigError; of a change AgentError `CONFIG_INVALID`
 */
export function parseConfig(
  text: string,
  path: string,
  change?: (file: unknown) => unknown,
): Config {
  const file = basename(path);
  const { value: written, document, lines } = readYaml(text, file);
  const value = change ? change(written) : written;
  const mistakes = findConfigMistakes(value);
  const found = mistakes.length > 0 ? mistakes : findDisagreements(value as ConfigFile);
  if (found.length > 0 && change) {
    throw new AgentError('CONFIG_INVALID', found.map(({ message }) => message).join('\n'));
  }
  if (found.length > 0) {
    throw new ConfigError(
      file,
      found.map((mistake) => placeMistake(document, lines, mistake)),
    );
  }
  return fillConfig(value as ConfigFile, dirname(resolve(path)));
}
