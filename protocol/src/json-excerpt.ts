/**
 * `JSON.stringify(value).slice(0, length)`, at the price of what is shown: neither the size of the
 * value nor its depth matters. What JSON does not know (undefined, a function, a bigint) is shown
 * as `String` has it.
 */
export function jsonExcerpt(value: unknown, length: number): string {
  return excerpt(value, length).slice(0, length);
}

/**
 * At least the first `length` characters, where there are so many. Each level takes one: it ends.
 */
function excerpt(value: unknown, length: number): string {
  if (length <= 0) return '';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, length));
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || isOwnText(value)) {
    return JSON.stringify(value) ?? String(value);
  }
  return Array.isArray(value) ? excerptList(value, length) : excerptMapping(value, length);
}

/** A date, or whatever else says itself what it is as JSON. */
const isOwnText = (value: object) => typeof (value as { toJSON?: unknown }).toJSON === 'function';

function excerptList(list: readonly unknown[], length: number): string {
  let text = '[';
  for (let i = 0; i < list.length && text.length < length; i++) {
    text += `${i > 0 ? ',' : ''}${excerpt(list[i] ?? null, length - text.length)}`;
  }
  return `${text}]`;
}

function excerptMapping(mapping: object, length: number): string {
  let text = '{';
  for (const key of Object.keys(mapping)) {
    if (text.length >= length) break;
    const item = (mapping as Record<string, unknown>)[key];
    if (item === undefined) continue;
    text += `${text === '{' ? '' : ','}${JSON.stringify(key.slice(0, length))}:`;
    text += excerpt(item, length - text.length);
  }
  return `${text}}`;
}
