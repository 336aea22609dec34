/** How bad: `ok`; `warning`: it works, and will not for ever; `problem`: it does not. */
type Gravity = 'ok' | 'warning' | 'problem';

/** What a check found. */
export interface Finding {
  readonly check: string;
  readonly gravity: Gravity;
  readonly what: string;
  /** A command, or what to do; null: nothing. */
  readonly mend: string | null;
}

export const ok = (check: string, what: string): Finding => ({
  check,
  gravity: 'ok',
  what,
  mend: null,
});
export const warning = (check: string, what: string, mend: string): Finding => ({
  check,
  gravity: 'warning',
  what,
  mend,
});
export const problem = (check: string, what: string, mend: string): Finding => ({
  check,
  gravity: 'problem',
  what,
  mend,
});
