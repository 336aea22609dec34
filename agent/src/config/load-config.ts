import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { type EnrolmentOf, withEnrolment } from '../enrol/with-enrolment.ts';
import { AgentError } from '../errors.ts';
import { isLeftToEnrolment } from './as-enrolled.ts';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { findConfigMistakes, placeMistake } from './explain-config.ts';
import type { FileMistake } from './file-mistake.ts';
import { fillConfig, findDisagreements } from './fill-config.ts';
import { readYaml } from './read-yaml.ts';
import type { ConfigFile } from './schema.ts';

const UNENROLLED: FileMistake = {
  line: null,
  key: null,
  message:
    'site, device, broker and server come with edgeloop-agent enrol URL TOKEN, or stand in the file.',
};

/**
 * Reads `agent.yaml`. Relative paths in it are relative to its folder.
 * @throws AgentError `CONFIG_UNREADABLE`, or `CONFIG_INVALID` with every mistake, one a line.
 */
export async function loadConfig(path: string, enrolmentOf?: EnrolmentOf): Promise<Config> {
  return parseConfig(await readConfig(path), path, undefined, enrolmentOf);
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
 * @param change Of what stands in the file, before it is checked. Its mistakes are not in any line
 * of the file.
 * @param enrolmentOf Of a file that names no broker: who the device is, and whom it talks to.
 * @throws ConfigError; of a change AgentError `CONFIG_INVALID`; `STATE_UNUSABLE` for a credential
 * that is damaged
 */
export function parseConfig(
  text: string,
  path: string,
  change?: (file: unknown) => unknown,
  enrolmentOf?: EnrolmentOf,
): Config {
  const file = basename(path);
  const { value: own, document, lines } = readYaml(text, file);
  const written = withEnrolment(own, path, enrolmentOf);
  const value = change ? change(written) : written;
  const mistakes = findConfigMistakes(value);
  const found = mistakes.length > 0 ? mistakes : findDisagreements(value as ConfigFile);
  if (found.length > 0 && change) {
    throw new AgentError('CONFIG_INVALID', found.map(({ message }) => message).join('\n'));
  }
  if (found.length > 0) {
    const placed = found.map((mistake) => placeMistake(document, lines, mistake));
    throw new ConfigError(
      file,
      written === own && isLeftToEnrolment(own) ? [...placed, UNENROLLED] : placed,
    );
  }
  return fillConfig(value as ConfigFile, dirname(resolve(path)));
}
