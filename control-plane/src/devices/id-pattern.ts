/**
 * Device ids, with `*` for any part: `line-*`. Null: every id. In linear time, whatever the
 * pattern.
 */
export function fitsPattern(pattern: string | null, device: string): boolean {
  if (pattern === null) return true;
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return device === pattern;
  if (!device.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = device.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return device.length - last.length >= at && device.endsWith(last);
}
