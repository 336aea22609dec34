import type { CellValue, Column, Tone } from './cell.ts';
import { cutTo, displayWidth } from './display-width.ts';
import { cellText, coloured, type Paper, toneOf } from './paper.ts';

interface Cell {
  readonly text: string;
  readonly tone: Tone | undefined;
}

const GAP = '  ';
/** A column that is cut keeps so much. */
const LEAST = 6;

/**
 * Rows with their heads, aligned, no wider than the terminal; on a pipe one row a line, tabs
 * between, without heads.
 * @returns lines
 */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  paper: Paper,
  heads: 'heads' | 'no heads' = 'heads',
): string[] {
  const cells = rows.map((row) => columns.map(({ cell }) => shown(cell(row), paper)));
  const { terminal, wide } = paper;
  if (!terminal)
    return cells.map((row) =>
      row
        .map(({ text }) => text)
        .join('\t')
        .trimEnd(),
    );
  if (rows.length === 0) return [];
  const natural = columns.map(({ head }, i) =>
    Math.max(
      heads === 'heads' ? displayWidth(head) : 0,
      ...cells.map((row) => displayWidth((row[i] as Cell).text)),
    ),
  );
  const room = terminal.columns - GAP.length * (columns.length - 1);
  // A single row has nothing to be aligned with: it is not cut either.
  const widths = wide || heads === 'no heads' ? natural : fit(natural, columns, room);
  const line = (row: readonly Cell[], tone?: 'bold') =>
    row
      .map((cell, i) => {
        const width = widths[i] as number;
        const text = cutTo(cell.text, width);
        const room = ' '.repeat(Math.max(0, width - displayWidth(text)));
        const painted = coloured(text, tone ?? cell.tone, paper);
        return columns[i]?.right ? room + painted : painted + room;
      })
      .join(GAP)
      .trimEnd();
  const body = cells.map((row) => line(row));
  if (heads === 'no heads') return body;
  const names = columns.map(({ head }) => ({ text: head, tone: undefined }));
  return [line(names, 'bold'), ...body];
}

const shown = (value: CellValue, paper: Paper): Cell => ({
  text: cellText(value, paper),
  tone: toneOf(value),
});

/** The widest columns give way first; those that are typed again never do. */
function fit<Row>(
  natural: readonly number[],
  columns: readonly Column<Row>[],
  room: number,
): number[] {
  const widths = [...natural];
  const elastic = columns.flatMap(({ keep }, i) => (keep ? [] : [i]));
  for (let over = sum(widths) - room; over > 0; over--) {
    const widest = elastic.reduce(
      (best, i) => ((widths[i] as number) > (widths[best] ?? 0) ? i : best),
      -1,
    );
    if (widest < 0 || (widths[widest] as number) <= LEAST) break;
    widths[widest] = (widths[widest] as number) - 1;
  }
  return widths;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
