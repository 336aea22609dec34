import { CLEAR_LINE } from '../output/clear-line.ts';
import { cutTo } from '../output/display-width.ts';
import { plainText } from '../output/plain-text.ts';
import type { TextSink } from '../surroundings.ts';

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
    const columns = (this.#sink.columns || 80) - 1;
    this.#sink.write(CLEAR_LINE + cutTo(plainText(text), columns));
    this.#shown = true;
  }

  /** Before anything else is written, and at the end. */
  clear(): void {
    if (this.#shown) this.#sink.write(CLEAR_LINE);
    this.#shown = false;
  }
}
