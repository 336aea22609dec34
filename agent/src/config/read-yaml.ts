import { type Document, LineCounter, parseDocument } from 'yaml';
import { AgentError } from '../errors.ts';

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
 * @throws AgentError `CONFIG_INVALID`
 */
export function readYaml(text: string, file: string): ReadYaml {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, stringKeys: true });
    const errors = document.errors.slice(0, SHOWN_ERRORS).map(({ message }) => message);
    if (errors.length > 0) throw invalid(file, errors);
    return { document, lines, value: document.toJS() };
  } catch (cause) {
    if (cause instanceof AgentError) throw cause;
    // An alias of nothing, or of so much that it is an attack; brackets deeper than the stack.
    throw invalid(file, [(cause as Error).message], cause);
  }
}

function invalid(file: string, errors: readonly string[], cause?: unknown): AgentError {
  const message = errors.map((error) => `${file}: ${error}`).join('\n');
  return new AgentError('CONFIG_INVALID', message, { cause });
}
