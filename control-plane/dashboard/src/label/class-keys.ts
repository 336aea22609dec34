/**
 * Keys that mean something else here: S skip, N none, U undo; G and Z are kept free for the whole
 * dashboard.
 */
const LETTERS = 'abcdefhijklmopqrtvwxy';
const KEYS = [...'123456789', ...LETTERS];

/**
 * The key of a class, by its place in the task; null: there are more classes than keys, it is
 * clicked.
 */
export const keyOfClass = (index: number): string | null => KEYS[index] ?? null;
