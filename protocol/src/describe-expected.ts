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
    schema.minItems !== undefined && `at least ${schema.minItems} of them`,
    schema.maxItems !== undefined && `at most ${schema.maxItems} of them`,
    schema.uniqueItems === true && 'each of them once',
    schema.maxProperties !== undefined && `at most ${schema.maxProperties} of them`,
    schema.pattern !== undefined && `matching ${schema.pattern}`,
  ].filter((limit) => limit !== false);
  const noun = schema.multipleOf
    ? `a multiple of ${schema.multipleOf}`
    : (NOUNS[schema.type ?? ''] ?? 'a value');
  return limits.length > 0 ? `${noun} ${limits.join(' and ')}` : noun;
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
