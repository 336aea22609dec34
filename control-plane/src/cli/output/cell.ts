/** How much a word matters. */
export type Tone = 'good' | 'warning' | 'bad' | 'quiet';

/**
 * What stands in a table. A `short` form is for a terminal; a pipe, and `--wide`, get the whole.
 */
export interface Cell {
  readonly text: string;
  readonly short?: string;
  readonly tone?: Tone;
}

/** A moment: on a terminal as how long ago. */
interface Moment {
  readonly at: string;
}

export type CellValue = Cell | Moment | string | number | boolean | null | undefined;

/** One column of a table, and one line of a single thing. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => CellValue;
  /** Figures stand at the right. */
  readonly right?: true;
  /** A name that is typed again: never cut. */
  readonly keep?: true;
}

/** RFC 3339; null: never. */
export const when = (at: string | null | undefined): CellValue => (at ? { at } : null);

/** The first twelve digits tell it from others, and commands take them. */
export const digest = (sha256: string | null | undefined): CellValue =>
  sha256 ? { text: sha256, short: sha256.slice(0, 12) } : null;

/** 0.9312 → 93.1 % */
export const percent = (share: number | null | undefined): CellValue =>
  share === null || share === undefined ? null : `${(share * 100).toFixed(1)} %`;

export const list = (items: readonly string[]): CellValue => items.join(', ');

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** 1536 → 1.5 KiB */
export const size = (bytes: number | null | undefined): CellValue =>
  bytes === null || bytes === undefined ? null : { text: String(bytes), short: sizeText(bytes) };

/** A size as a sentence has it. */
export function sizeText(bytes: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[step]}`;
}

const TONES: Readonly<Record<string, Tone>> = {
  online: 'good',
  registered: 'good',
  succeeded: 'good',
  completed: 'good',
  done: 'good',
  ok: 'good',
  active: 'good',
  probation: 'warning',
  paused: 'warning',
  late: 'warning',
  'awaiting-approval': 'warning',
  'rolling-back': 'warning',
  disputed: 'warning',
  warning: 'warning',
  offline: 'bad',
  refused: 'bad',
  failed: 'bad',
  'rolled-back': 'bad',
  problem: 'bad',
  stranded: 'bad',
  revoked: 'bad',
  expired: 'bad',
  aborted: 'bad',
  cancelled: 'quiet',
  unknown: 'quiet',
  queued: 'quiet',
  pending: 'quiet',
  skipped: 'quiet',
};

/** A word of a state machine, in the tone that it has everywhere. */
export function state(word: string): Cell {
  const tone = TONES[word];
  return { text: word, ...(tone && { tone }) };
}
