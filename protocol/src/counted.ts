/** `1 device`, `3 devices`; with its verb, where a sentence has one: `1 device is`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
