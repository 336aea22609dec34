import type { Column } from './cell.ts';
import { displayWidth } from './display-width.ts';
import { cellText, coloured, type Paper, toneOf } from './paper.ts';
import { plainText } from './plain-text.ts';
import { table } from './table.ts';

/** What a person reads: fields, tables and sentences, one below the other. */
export class Sheet {
  readonly #paper: Paper;
  readonly #blocks: string[][] = [];

  constructor(paper: Paper) {
    this.#paper = paper;
  }

  /** @param empty Says what there is to do where there is no row; to a person alone. */
  table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], empty?: string): this {
    if (rows.length === 0) return empty === undefined ? this : this.note(empty);
    return this.#add(table(rows, columns, this.#paper));
  }

  /** Of a stream: a row at a time, with its time of day. */
  row<Row>(row: Row, columns: readonly Column<Row>[]): this {
    return this.#add(table([row], columns, { ...this.#paper, now: null }, 'no heads'));
  }

  /** A table under its title. Nothing where it has no row. */
  section<Row>(title: string, rows: readonly Row[], columns: readonly Column<Row>[]): this {
    if (rows.length === 0) return this;
    const lines = table(rows, columns, this.#paper);
    return this.#add(
      this.#paper.terminal ? [coloured(title, 'bold', this.#paper), ...lines] : lines,
    );
  }

  /** One thing: a name and its value a line. */
  fields<Row>(row: Row, columns: readonly Column<Row>[]): this {
    const paper = this.#paper;
    const width = Math.max(...columns.map(({ head }) => displayWidth(head)));
    return this.#add(
      columns.map(({ head, cell }) => {
        const value = cell(row);
        const text = cellText(value, paper);
        if (!paper.terminal) return `${head}\t${text}`;
        const room = ' '.repeat(width - displayWidth(head) + 2);
        return coloured(head, 'quiet', paper) + room + coloured(text, toneOf(value), paper);
      }),
    );
  }

  /** As they are, but for what moves the cursor. */
  lines(...lines: readonly string[]): this {
    return this.#add(lines.flatMap((line) => line.split('\n').map(plainText)));
  }

  /** To a person alone: what to do next. */
  note(text: string): this {
    return this.#paper.terminal ? this.#add([coloured(text, 'quiet', this.#paper)]) : this;
  }

  /** Where the limit ended a list. */
  more(next: string | null): this {
    return next === null ? this : this.note('There are more: --limit 1000, or all.');
  }

  text(): string {
    const parted = this.#paper.terminal ? '\n\n' : '\n';
    return this.#blocks.map((lines) => lines.join('\n')).join(parted);
  }

  #add(lines: string[]): this {
    if (lines.length > 0) this.#blocks.push(lines);
    return this;
  }
}
