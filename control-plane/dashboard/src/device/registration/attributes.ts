import type { Registration } from '../../../../src/resources/registration.ts';

type Attributes = Registration['attributes'];

/** One a line, as it is edited: "line = 3". A text that looks like a number stands in quotes. */
export function writeAttributes(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name} = ${typeof value === 'string' ? quoted(value) : value}`)
    .join('\n');
}

export type Read<Value> = { readonly value: Value } | { readonly error: string };

/** What was edited. A number is one; all else is a text. */
export function readAttributes(text: string): Read<Attributes> {
  const attributes: Record<string, string | number> = {};
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const [, name = '', value = ''] = /^([^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name === '' || value === '') {
      return { error: `Expected name = value on each line, received ${JSON.stringify(line)}.` };
    }
    if (Object.hasOwn(attributes, name)) return { error: `${name} stands there twice.` };
    attributes[name] = attributeOf(value);
  }
  return { value: attributes };
}

/** Tags as they are edited: between commas or spaces. */
export const readTags = (text: string): string[] => [
  ...new Set(text.split(/[\s,]+/).filter((tag) => tag !== '')),
];

const isNumber = (text: string) => text.trim() !== '' && Number.isFinite(Number(text));

const quoted = (text: string) => (isNumber(text) || /^".*"$/.test(text) ? `"${text}"` : text);

function attributeOf(text: string): string | number {
  if (/^".*"$/.test(text)) return text.slice(1, -1);
  return isNumber(text) ? Number(text) : text;
}
