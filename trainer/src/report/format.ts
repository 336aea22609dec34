const NO_BREAK_SPACE = '\u00a0';

/** A figure and its unit, which stay on one line, as in the dashboard. */
export const withUnit = (figure: string, unit: string): string =>
  `${figure}${NO_BREAK_SPACE}${unit}`;

/** 0.9345 → `93.5 %`. */
export function percent(ratio: number, digits = 1): string {
  return withUnit((100 * ratio).toFixed(digits), '%');
}

/** A difference of two shares: 0.012 → `+1.2 points`. */
export function pointsOf(difference: number): string {
  const rounded = Number((100 * difference).toFixed(1));
  const figure = Math.abs(rounded).toFixed(1);
  if (rounded === 0) return 'no difference';
  return `${rounded < 0 ? '−' : '+'}${figure} ${figure === '1.0' ? 'point' : 'points'}`;
}

export function megabytes(bytes: number): string {
  return withUnit((bytes / 1e6).toFixed(1), 'MB');
}

/** 1260 → `1,260`. */
export function count(value: number): string {
  return value.toLocaleString('en-GB');
}

/** `3 pictures`, `1 picture`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Three figures, as milliseconds are read. */
export function milliseconds(value: number): string {
  return withUnit(significant(value), 'ms');
}

/** At most three significant figures, never as a power. */
export function significant(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, Math.min(8, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return value.toFixed(digits);
}

/** The same as it stands at an axis: without zeros at the end. */
export function axisFigure(value: number): string {
  return significant(value)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

/** 754 → `12 min 34 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
}

/** `25 November 2026, 08:30 UTC`. */
export function moment(iso: string): string {
  const date = new Date(iso);
  const day = date.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  } as const);
  return `${day}, ${iso.slice(11, 16)} UTC`;
}
