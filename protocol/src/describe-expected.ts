import { counted } from './counted.ts';
import { PATTERN_WORDS } from './ids.ts';

/** The part of JSON Schema that our schemas use. */
export interface JsonSchema {
  type?: string;
  const?: unknown;
  anyOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  patternProperties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  required?: string[];
  items?: JsonSchema | JsonSchema[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  maxProperties?: number;
  pattern?: string;
  description?: string;
}

/**
 * "a whole number at least 1 and at most 128": what a schema expects, in the words of every mistake
 * in a file or a form.
 */
export function describeExpected(schema: JsonSchema): string {
  if (schema.anyOf) return [...new Set(schema.anyOf.map(describeExpected))].join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const words = PATTERN_WORDS.get(schema.pattern ?? '');
  if (words !== undefined) return words;
  const limits = [
    schema.minimum !== undefined && `at least ${schema.minimum}`,
    schema.exclusiveMinimum !== undefined && `more than ${schema.exclusiveMinimum}`,
    schema.maximum !== undefined && `at most ${schema.maximum}`,
    schema.exclusiveMaximum !== undefined && `less than ${schema.exclusiveMaximum}`,
    schema.minLength !== undefined && `at least ${schema.minLength} long`,
    schema.maxLength !== undefined && `at most ${schema.maxLength} long`,
    schema.pattern !== undefined && `matching ${schema.pattern}`,
  ].filter((limit) => limit !== false);
  const noun = schema.multipleOf
    ? `a multiple of ${schema.multipleOf}`
    : `${NOUNS[schema.type ?? ''] ?? 'a value'}${howMany(schema)}`;
  return limits.length > 0 ? `${noun} ${limits.join(' and ')}` : noun;
}

/** " of 3 to 32 items, each of them once": of a list or a mapping; nothing where any number fits. */
function howMany({ minItems = 0, maxItems, uniqueItems, maxProperties }: JsonSchema): string {
  const once = uniqueItems ? ', each of them once' : '';
  if (maxProperties !== undefined)
    return ` of at most ${counted(maxProperties, 'entry', 'entries')}`;
  if (maxItems === undefined) {
    return minItems > 0 ? ` of at least ${counted(minItems, 'item')}${once}` : once;
  }
  const least = minItems === 0 ? 'at most ' : minItems === maxItems ? '' : `${minItems} to `;
  return ` of ${least}${counted(maxItems, 'item')}${once}`;
}

const NOUNS: Record<string, string> = {
  integer: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  object: 'a mapping',
  array: 'a list',
  null: 'nothing (null)',
};
