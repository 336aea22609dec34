import { ProtocolError } from '../errors.ts';

/**
 * The one text of a value: keys sorted by UTF-16 code units, no white space, numbers as ECMAScript
 * writes them. This is RFC 8785 (JCS). Keys whose value is undefined are left out, as in
 * `JSON.stringify`.
 * @throws ProtocolError `PROTOCOL_MESSAGE_INVALID` for what JSON has no one text for (NaN, half of
 * a surrogate pair, a Date…)
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'number':
      if (Number.isFinite(value)) return JSON.stringify(value);
      break;
    case 'string':
      if (!/\p{Surrogate}/u.test(value)) return JSON.stringify(value);
      break;
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
      if (isPlain(value)) return canonicalObject(value);
      break;
  }
  throw new ProtocolError(
    'PROTOCOL_MESSAGE_INVALID',
    `Expected a value that JSON has exactly one text for, received ${String(value).slice(0, 40)} (${typeof value}).`,
  );
}

function canonicalObject(value: Record<string, unknown>): string {
  // The default order of sort() is that of UTF-16 code units.
  const members = Object.keys(value)
    .sort()
    .filter((key) => value[key] !== undefined)
    .map((key) => `${canonicalJson(key)}:${canonicalJson(value[key])}`);
  return `{${members.join(',')}}`;
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
