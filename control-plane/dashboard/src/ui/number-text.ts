/** What a number must be. */
export interface NumberRule {
  readonly min?: number;
  readonly max?: number;
  /** Without a fraction. */
  readonly whole?: boolean;
  /** May be left empty. */
  readonly optional?: boolean;
}

/** A number; null: nothing, where that may be; NaN: what can't be meant. */
export type Meant = number | null;

/** What stands in a field, and what it meant there. */
export interface NumberText {
  readonly text: string;
  readonly meant: Meant;
}

/** What else JavaScript takes for a number, such as 0x10, nobody means. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** "a whole number from 1 to 100". */
export function expected({ min, max, whole }: NumberRule): string {
  const from = min === undefined ? '' : ` from ${min}`;
  const to = max === undefined ? (from === '' ? '' : ' on') : ` to ${max}`;
  return `${whole ? 'a whole number' : 'a number'}${from}${to}`;
}

/** Whether a number is as it must be. */
export function isMeant(value: Meant, rule: NumberRule): boolean {
  if (value === null) return rule.optional ?? false;
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, whole } = rule;
  return Number.isFinite(value) && value >= min && value <= max && !(whole && value % 1 !== 0);
}

/** The text as it is typed, with what it means. */
export function typed(text: string, rule: NumberRule): NumberText {
  const said = text.trim();
  // Without a zero that is negative, which is no other than the one that comes back.
  const number = NUMBER.test(said) ? Number(said) + 0 : Number.NaN;
  const value = said === '' ? null : number;
  return { text, meant: isMeant(value, rule) ? value : Number.NaN };
}

/** What stands there: what was typed, until the value becomes another by something else. */
export const followed = (before: NumberText, value: Meant): NumberText =>
  Object.is(before.meant, value) ? before : written(value);

/** A value that nobody has typed. */
export const written = (value: Meant): NumberText => ({
  text: value === null || Number.isNaN(value) ? '' : String(value),
  meant: value,
});

/** Why a text can't be meant; null: it can. */
export function mistakeIn(text: string, rule: NumberRule): string | null {
  if (!Number.isNaN(typed(text, rule).meant)) return null;
  const received = text.trim() === '' ? 'nothing' : text.trim();
  const hint = /^[+-]?\d*,\d+$/.test(received) ? ' The fraction stands after a point.' : '';
  return `Expected ${expected(rule)}, received ${received}.${hint}`;
}
