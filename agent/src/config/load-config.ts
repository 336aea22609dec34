import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { AgentError } from '../errors.ts';
import type { Config } from './config.ts';
import { type ConfigMistake, findConfigMistakes, locateMistake } from './explain-config.ts';
import { fillConfig, findDisagreements } from './fill-config.ts';
import type { ConfigFile } from './schema.ts';

/**
 * Reads `agent.yaml`. Relative paths in it are relative to its folder.
 * @throws AgentError `CONFIG_UNREADABLE`, or `CONFIG_INVALID` with every mistake, one a line.
 */
export async function loadConfig(path: string): Promise<Config> {
  return parseConfig(await read(path), path);
}

/** The same for a text; `path` says where it comes from. */
export function parseConfig(text: string, path: string): Config {
  const file = basename(path);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0)
    throw invalid(document.errors.map((e) => `${file}: ${e.message}`));
  const value = document.toJS() as unknown;
  const mistakes = findConfigMistakes(value);
  const found = mistakes.length > 0 ? mistakes : findDisagreements(value as ConfigFile);
  if (found.length > 0) {
    throw invalid(found.map((m: ConfigMistake) => locateMistake(file, document, lines, m)));
  }
  return fillConfig(value as ConfigFile, dirname(resolve(path)));
}

async function read(path: string): Promise<string> {
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

function invalid(mistakes: readonly string[]): AgentError {
  return new AgentError('CONFIG_INVALID', mistakes.join('\n'));
}
