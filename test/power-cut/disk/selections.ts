import type { Choice, Selection } from './choice.ts';

/** All combinations are taken of so many at most. */
const ALL = 1024;
/** Two choices are changed at once where there are so many at most. */
const PAIRS = 24;

/**
 * What may be on disk. Every combination, where there are few; else
 *
 * - everything up to an event, in their order (each prefix);
 * - each prefix, with one choice otherwise (one write early, late, or lost);
 * - all but two, and none but two, of at most 24 choices.
 *
 * Then each piece torn, and junk, over everything and over nothing.
 */
export function* selections(choices: readonly Choice[]): Generator<Selection> {
  const newest = choices.map(({ at }) => at.length);
  const oldest = choices.map(() => 0);
  const combinations = choices.reduce((product, { at }) => product * (at.length + 1), 1);
  if (combinations <= ALL) yield* allOf(choices);
  else yield* byRule(choices, newest, oldest);
  for (const [i, { at, extras }] of choices.entries()) {
    for (let extra = 1; extra <= extras; extra++) {
      yield replaced(newest, i, at.length + extra);
      yield replaced(oldest, i, at.length + extra);
    }
  }
}

function* allOf(choices: readonly Choice[]): Generator<Selection> {
  const [first, ...rest] = choices;
  if (!first) {
    yield [];
    return;
  }
  for (const others of allOf(rest)) {
    for (let option = 0; option <= first.at.length; option++) yield [option, ...others];
  }
}

function* byRule(
  choices: readonly Choice[],
  newest: Selection,
  oldest: Selection,
): Generator<Selection> {
  const events = new Set(choices.flatMap(({ at }) => at));
  for (const event of [-1, ...[...events].sort((a, b) => a - b)]) {
    const prefix = choices.map(({ at }) => at.filter((one) => one <= event).length);
    yield prefix;
    yield* withOneOtherwise(choices, prefix);
  }
  if (choices.length > PAIRS) return;
  for (const base of [newest, oldest]) {
    for (const one of withOneOtherwise(choices, base)) yield* withOneOtherwise(choices, one);
  }
}

function* withOneOtherwise(choices: readonly Choice[], base: Selection): Generator<Selection> {
  for (const [i, { at }] of choices.entries()) {
    for (let option = 0; option <= at.length; option++) {
      if (option !== base[i]) yield replaced(base, i, option);
    }
  }
}

const replaced = (base: Selection, at: number, option: number): Selection =>
  base.map((before, i) => (i === at ? option : before));
