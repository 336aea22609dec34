import { cutTo } from '../output/display-width.ts';
import { plainText } from '../output/plain-text.ts';
import type { TextSink } from '../surroundings.ts';

/** Back to the beginning of the line, and clear it: ECMA-48 8.3.41, EL. */
const CLEAR = '\r\u001b[K';

/**
 * The last line of a terminal, which says how far something is. Where there is none, nothing is
 * said.
 */
export class StatusLine {
  readonly #sink: TextSink;
  #shown = false;

  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  show(text: string): void {
    if (!this.#sink.isTTY) return;
    const columns = (this.#sink.columns ?? 80) - 1;
    this.#sink.write(CLEAR + cutTo(plainText(text), columns));
    this.#shown = true;
  }

  /** Before anything else is written, and at the end. */
  clear(): void {
    if (this.#shown) this.#sink.write(CLEAR);
    this.#shown = false;
  }
}
