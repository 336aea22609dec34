/**
 * Class 22 of the server's codes (SQLSTATE): a value that no column of its kind can have, such as a
 * text with U+0000 in it or a number beyond 64 bits. SQLite takes them, or finds nothing by them.
 */
export const isNotAValue = (code: string): boolean => /^22...$/.test(code);
