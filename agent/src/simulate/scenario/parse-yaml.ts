import { basename } from 'node:path';
import { type ConfigMistake, locateMistake } from '../../config/explain-config.ts';
import { readYaml } from '../../config/read-yaml.ts';
import { AgentError } from '../../errors.ts';

/**
 * A YAML file that must be right as a whole.
 * @param path Where the text comes from.
 * @param findMistakes What is wrong with the value; none: it is a `File`
 * @throws AgentError `CONFIG_INVALID` with every mistake, one a line.
 */
export function parseYaml<File>(
  text: string,
  path: string,
  findMistakes: (value: unknown) => readonly ConfigMistake[],
): File {
  const file = basename(path);
  const { value, document, lines } = readYaml(text, file);
  const found = findMistakes(value);
  if (found.length > 0) {
    throw invalid(found.map((mistake) => locateMistake(file, document, lines, mistake)));
  }
  return value as File;
}

function invalid(mistakes: readonly string[]): AgentError {
  return new AgentError('CONFIG_INVALID', mistakes.join('\n'));
}
