/** "a, b" as it is typed: without what is empty, each once. */
export const words = (text: string): string[] => [
  ...new Set(text.split(/[\s,]+/).filter((word) => word !== '')),
];
