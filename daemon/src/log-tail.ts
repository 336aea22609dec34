/** Of all lines together, in UTF-16 units; the oldest are dropped. */
const MOST_LENGTH = 256 * 1024;
const MOST_LINES = 1000;
/** What is beyond in a line is cut off. */
const LONGEST_LINE = 4096;

/** The newest lines of a log, in memory. */
export class LogTail {
  #lines: string[] = [];
  #length = 0;

  /** One line, with or without its end. */
  add(text: string): void {
    const line = text.trimEnd().slice(0, LONGEST_LINE);
    this.#lines.push(line);
    this.#length += line.length;
    let gone = 0;
    while (this.#length > MOST_LENGTH || this.#lines.length - gone > MOST_LINES) {
      this.#length -= (this.#lines[gone] as string).length;
      gone += 1;
    }
    if (gone > 0) this.#lines.splice(0, gone);
  }

  /** The newest so many, the oldest first. */
  newest(count: number): readonly string[] {
    return this.#lines.slice(-count);
  }
}
