import { TextDecoder } from 'node:util';
import { type Bytes, parseJson } from '@edgeloop/protocol';
import { ControlPlaneError } from '../../errors.ts';

/**
 * The elements of a JSON array, one by one, as they arrive: the array is never whole in memory.
 * @param longest Of one element.
 * @throws ControlPlaneError `IMPORT_INVALID`
 */
export async function* jsonElements(
  content: AsyncIterable<Uint8Array>,
  longest: Bytes,
): AsyncGenerator<unknown> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const splitter = new ElementSplitter(longest);
  let index = 0;
  for await (const piece of content) {
    for (const element of splitter.take(decode(decoder, piece))) yield parse(element, index++);
  }
  if (!splitter.ended) throw invalid('an array that does not end');
}

/**
 * Cuts the text of an array at its outermost commas. What is between them is left to the parser.
 */
class ElementSplitter {
  readonly #longest: number;
  #state: 'before' | 'within' | 'after' = 'before';
  #element = '';
  #depth = 0;
  #inString = false;
  #escaped = false;

  constructor(longest: number) {
    this.#longest = longest;
  }

  get ended(): boolean {
    return this.#state === 'after';
  }

  *take(text: string): Generator<string> {
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      const character = text[i] as string;
      if (this.#state !== 'within') {
        this.#outside(character);
        from = i + 1;
      } else if (this.#closesElement(character)) {
        const element = this.#element + text.slice(from, i);
        this.#element = '';
        from = i + 1;
        // `[]` and nothing else may be empty.
        if (element.trim() !== '' || character === ',') yield element;
        if (character === ']') this.#state = 'after';
      }
    }
    if (this.#state === 'within') this.#element += text.slice(from);
    if (this.#element.length > this.#longest) {
      throw invalid(`an element of more than ${this.#longest} characters`);
    }
  }

  #outside(character: string): void {
    if (/[\s\uFEFF]/.test(character)) return;
    if (this.#state === 'after') throw invalid('something after the array');
    if (character !== '[') throw invalid(`${JSON.stringify(character)} first`);
    this.#state = 'within';
  }

  #closesElement(character: string): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (character === '\\') this.#escaped = true;
      else if (character === '"') this.#inString = false;
      return false;
    }
    if (this.#depth === 0 && (character === ',' || character === ']')) return true;
    if (character === '"') this.#inString = true;
    else if (character === '{' || character === '[') this.#depth += 1;
    else if (character === '}' || character === ']') this.#depth -= 1;
    return false;
  }
}

function decode(decoder: TextDecoder, piece: Uint8Array): string {
  try {
    return decoder.decode(piece, { stream: true });
  } catch (cause) {
    throw invalid('bytes that are no UTF-8', cause);
  }
}

function parse(element: string, index: number): unknown {
  try {
    return parseJson(element);
  } catch (cause) {
    throw invalid(`element ${index + 1}, ${(cause as Error).message}`, cause);
  }
}

function invalid(what: string, cause?: unknown): ControlPlaneError {
  return new ControlPlaneError(
    'IMPORT_INVALID',
    `Expected a JSON array of tasks for the import, received ${what}.`,
    { cause },
  );
}
