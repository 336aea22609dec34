/** How figures are written, the same on every page. */

const EM_DASH = '–';
const NO_BREAK_SPACE = '\u00a0';

/** A figure and its unit, which stay on one line: "93 %", "18 ms". */
export const withUnit = (figure: string | number, unit: string): string =>
  `${figure}${NO_BREAK_SPACE}${unit}`;

/** A share from 0 to 1. */
export const percent = (share: number | null | undefined, digits = 1): string =>
  share === null || share === undefined || !Number.isFinite(share)
    ? EM_DASH
    : withUnit((100 * share).toFixed(digits), '%');

export const count = (value: number | null | undefined): string =>
  value === null || value === undefined ? EM_DASH : value.toLocaleString('en');

export const number = (value: number | null | undefined, digits = 1): string =>
  value === null || value === undefined || !Number.isFinite(value)
    ? EM_DASH
    : value.toFixed(digits);

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return EM_DASH;
  const power = Math.min(Math.floor(Math.log2(Math.max(value, 1)) / 10), UNITS.length - 1);
  return withUnit((value / 1024 ** power).toFixed(power === 0 ? 0 : 1), UNITS[power] as string);
}

/** "1 device", "3 devices". */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

const STEPS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** In its largest unit, from milliseconds: "40 s", "12 min", "3 h", "5 d". */
export function duration(millis: number | null | undefined): string {
  if (millis === null || millis === undefined) return EM_DASH;
  const seconds = Math.max(0, Math.round(millis / 1000));
  const [unit, size] = STEPS.find(([, step]) => seconds >= step) ?? (['s', 1] as const);
  return withUnit(Math.floor(seconds / size), unit);
}

/** In the reader's time zone. */
export const dateTime = (at: string | number): string =>
  new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/**
 * The day on which a line of a log stands, where it is another than that of the line before: times
 * alone tell no days apart.
 */
export function newDay(at: string | number, before: string | number | undefined): string | null {
  const day = (time: string | number) =>
    new Date(time).toLocaleDateString('en-GB', { dateStyle: 'medium' });
  return before !== undefined && day(at) === day(before) ? null : day(at);
}

/** A digest as a person compares it. */
export const shortDigest = (digest: string): string => digest.replace(/^sha256:/, '').slice(0, 12);
