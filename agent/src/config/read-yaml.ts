import { type Document, LineCounter, parseDocument } from 'yaml';
import { ConfigError } from './config-error.ts';
import type { FileMistake } from './file-mistake.ts';

export interface ReadYaml {
  readonly value: unknown;
  /** For where in the text something stands. */
  readonly document: Document;
  readonly lines: LineCounter;
}

/** More are the same one, over and over. */
const SHOWN_ERRORS = 20;

/**
 * The value of a YAML text.
 * @param file Its name, for messages.
 * @throws ConfigError
 */
export function readYaml(text: string, file: string): ReadYaml {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, stringKeys: true });
    const mistakes = document.errors.slice(0, SHOWN_ERRORS).map(
      ({ message, linePos }): FileMistake => ({
        line: linePos?.[0].line ?? null,
        key: null,
        message,
      }),
    );
    if (mistakes.length > 0) throw new ConfigError(file, mistakes);
    return { document, lines, value: document.toJS() };
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    // An alias of nothing, or of so much that it is an attack; brackets deeper than the stack.
    const { message } = cause as Error;
    throw new ConfigError(file, [{ line: null, key: null, message }], { cause });
  }
}
