import { AgentError } from '../errors.ts';
import { type FileMistake, sayMistake } from './file-mistake.ts';

/** `CONFIG_INVALID` of a file, whose mistakes can be told one by one. */
export class ConfigError extends AgentError {
  readonly mistakes: readonly FileMistake[];

  constructor(file: string, mistakes: readonly FileMistake[], options?: ErrorOptions) {
    const lines = mistakes.map((mistake) => sayMistake(file, mistake));
    super('CONFIG_INVALID', lines.join('\n'), options);
    this.mistakes = mistakes;
  }
}
