import type { CellValue, Tone } from './cell.ts';
import { plainText } from './plain-text.ts';
import { clockTime, relativeTime } from './relative-time.ts';

/** What is printed on. */
export interface Paper {
  /**
   * Null: a pipe or a file. Columns are parted by tabs there, nothing is cut, and there are no
   * heads.
   */
  readonly terminal: { readonly columns: number; readonly colour: boolean } | null;
  /** Ids, times and texts in full. */
  readonly wide: boolean;
  /** Times are told as how long before it; null: by the clock, as of what comes line by line. */
  readonly now: number | null;
}

/** Select graphic rendition, ECMA-48 8.3.117. */
const COLOURS: Readonly<Record<Tone | 'bold', number>> = {
  good: 32,
  warning: 33,
  bad: 31,
  quiet: 2,
  bold: 1,
};

export function coloured(text: string, tone: Tone | 'bold' | undefined, { terminal }: Paper) {
  return tone && terminal?.colour ? `\u001b[${COLOURS[tone]}m${text}\u001b[0m` : text;
}

/** A cell's text on this paper. */
export function cellText(value: CellValue, { terminal, wide, now }: Paper): string {
  if (value === null || value === undefined) return terminal ? '–' : '';
  if (typeof value !== 'object') return plainText(String(value));
  const whole = !terminal || wide;
  if ('at' in value)
    return whole ? value.at : now === null ? clockTime(value.at) : relativeTime(value.at, now);
  return plainText(whole ? value.text : (value.short ?? value.text));
}

export const toneOf = (value: CellValue): Tone | undefined =>
  value === null || value === undefined
    ? 'quiet'
    : typeof value === 'object' && 'tone' in value
      ? value.tone
      : undefined;
