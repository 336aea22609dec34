import { type Bytes, bytes, type Millis, millis } from './units.ts';

const DURATION_UNITS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SIZE_UNITS = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;

/** As a person writes a duration: `500ms`, `2s`, `1.5min`, `12h`, `30d`. */
export const DURATION_PATTERN = '^\\d+(?:\\.\\d+)?(?:ms|s|min|h|d)$';
export const DURATION_WORDS = 'a duration such as 500ms, 2s, 15min or 12h';
/** As a person writes a size: `512KiB`, `64MiB`, `1GiB`. */
export const SIZE_PATTERN = '^\\d+(?:\\.\\d+)?(?:B|KiB|MiB|GiB)$';

/** @param text Fits `DURATION_PATTERN`. Rounded to a whole millisecond. */
export function parseDuration(text: string): Millis {
  return millis(Math.round(parse(text, DURATION_UNITS)));
}

/** The other way: in the largest unit of which it is a whole number, `5s`, `1500ms`. */
export function writeDuration(duration: Millis): string {
  const units = Object.entries(DURATION_UNITS).reverse();
  const [unit, size] = units.find(([, size]) => duration % size === 0) ?? ['ms', 1];
  return duration === 0 ? '0s' : `${duration / size}${unit}`;
}

/** @param text Fits `SIZE_PATTERN`. Rounded to a whole byte. */
export function parseSize(text: string): Bytes {
  return bytes(Math.round(parse(text, SIZE_UNITS)));
}

function parse(text: string, units: Readonly<Record<string, number>>): number {
  const [, value, unit] = /^([\d.]+)(\w+)$/.exec(text) ?? [];
  return Number(value) * (units[unit ?? ''] ?? Number.NaN);
}
