import { InvalidArgumentError } from 'commander';

/** `key=value`, again for each: gathered. The value may be empty. */
export function keyValues(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected key=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
