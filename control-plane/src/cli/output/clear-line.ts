/** Back to the beginning of the line, and clear it: ECMA-48 8.3.41, EL. */
export const CLEAR_LINE = '\r\u001b[K';
