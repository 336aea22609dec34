import { didYouMean } from '@edgeloop/protocol';
import type { DecideConfig } from '../config/config.ts';
import { AgentError } from '../errors.ts';

/**
 * What decide names must be classes of the model.
 * @param path Of the camera's `decide` in the configuration.
 * @throws AgentError `CONFIG_INVALID`
 */
export function checkClasses(path: string, decide: DecideConfig, classes: readonly string[]): void {
  if (decide.mode === 'frame') return;
  const named = [
    ...decide.background.map((name) => [`${path}.background`, name] as const),
    ...Object.keys(decide.classes).map((name) => [`${path}.classes`, name] as const),
  ];
  const mistakes = named
    .filter(([, name]) => !classes.includes(name))
    .map(
      ([at, name]) =>
        `${at}: expected classes of the model (${classes.join(', ')}), received "${name}".${didYouMean(name, classes)}`,
    );
  if (mistakes.length > 0) throw new AgentError('CONFIG_INVALID', mistakes.join('\n'));
}
