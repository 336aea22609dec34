import { readFile } from 'node:fs/promises';
import type { Sha256 } from '@edgeloop/protocol';
import { findMistakes } from '../../config/explain-config.ts';
import { AgentError } from '../../errors.ts';
import { fillScenario } from './fill-scenario.ts';
import { parseYaml } from './parse-yaml.ts';
import type { Scenario } from './scenario.ts';
import { findScenarioDisagreements } from './scenario-disagreements.ts';
import { ScenarioFile } from './scenario-schema.ts';

/** Digests by the names that the scenario calls them; they hold over those of the file. */
export type ModelNames = Readonly<Record<string, Sha256>>;

/**
 * Reads a scenario, YAML or JSON.
 * @throws AgentError `CONFIG_UNREADABLE`, or `CONFIG_INVALID` with every mistake, one a line
 */
export async function loadScenario(path: string, models: ModelNames): Promise<Scenario> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const message = `Expected a readable scenario in ${path}: ${(cause as Error).message}. Name the file with --scenario.`;
    throw new AgentError('CONFIG_UNREADABLE', message, { cause });
  }
  return parseScenario(text, path, models);
}

/** The same for a text; `path` says where it comes from. */
export function parseScenario(text: string, path: string, models: ModelNames): Scenario {
  const file = parseYaml<ScenarioFile>(text, path, (value) => {
    const mistakes = findMistakes(ScenarioFile, value);
    return mistakes.length > 0
      ? mistakes
      : findScenarioDisagreements(withModels(value as ScenarioFile, models));
  });
  return fillScenario(withModels(file, models));
}

const withModels = (file: ScenarioFile, models: ModelNames): ScenarioFile => ({
  ...file,
  models: { ...file.models, ...models },
});
