/**
 * Of any count, and of any number in a row: beyond it neighbours are the same, and a database's
 * whole numbers end.
 */
export const MOST_COUNTED = Number.MAX_SAFE_INTEGER;
