/** Numbers in a text filled up, so that texts compare as people count: line-9 before line-10. */
export const natural = (text: string): string =>
  text.replace(/\d+/g, (digits) => digits.padStart(12, '0'));
