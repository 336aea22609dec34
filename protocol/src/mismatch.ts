import type { TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { describeExpected, type JsonSchema } from './describe-expected.ts';
import { jsonExcerpt } from './json-excerpt.ts';

/** One place where a value does not fit its schema. */
export interface Mismatch {
  /** As a person writes it: `cameras.cam0.source`; empty for the value itself. */
  readonly path: string;
  /** What the schema expects there, in words; null where the key itself should not be. */
  readonly expected: string | null;
  /** What stands there, as JSON, cut at 80 characters. */
  readonly received: string;
  /** For an unknown key: the keys that are known there. */
  readonly knownKeys?: readonly string[];
}

/** Nobody mends more at once, and a value of a stranger may have any number. */
const MOST_MISMATCHES = 100;
/** Of a key; a stranger's may be as long as a message. */
const SHOWN_KEY = 80;
const SHOWN_VALUE = 80;

/**
 * The first hundred places where `value` does not fit `schema`, outermost first. Of a union whose
 * branches differ in a literal field (`type`, `kind`), only the branch that the value names is
 * looked into.
 */
export function findMismatches(
  schema: TSchema,
  value: unknown,
  most = MOST_MISMATCHES,
): Mismatch[] {
  const found: Mismatch[] = [];
  for (const mismatch of visit(schema as JsonSchema, value, '')) {
    if (found.length === most) break;
    found.push(mismatch);
  }
  return found;
}

/** The first mismatch as a sentence. */
export function explainMismatch(schema: TSchema, value: unknown): string {
  const [first] = findMismatches(schema, value, 1);
  return first ? describeMismatch(first) : 'it does not fit its schema.';
}

export function describeMismatch({ path, expected, received }: Mismatch): string {
  const where = path === '' ? 'the whole' : path;
  return expected === null
    ? `unknown key ${where}.`
    : `expected ${expected} for ${where}, received ${received}.`;
}

type Mismatches = Generator<Mismatch, void>;

function* visit(schema: JsonSchema, value: unknown, path: string): Mismatches {
  if (Check(schema as TSchema, value)) return;
  if (schema.anyOf) yield* visitUnion(schema.anyOf, value, path);
  else if (schema.type === 'object' && isObject(value)) yield* visitObject(schema, value, path);
  else if (schema.type === 'array' && Array.isArray(value)) yield* visitArray(schema, value, path);
  else yield mismatch(path, describeExpected(schema), value);
}

function* visitUnion(branches: JsonSchema[], value: unknown, path: string): Mismatches {
  const key = discriminator(branches);
  if (key !== null && isObject(value)) {
    const branch = branches.find(({ properties }) => properties?.[key]?.const === value[key]);
    if (branch) return yield* visit(branch, value, path);
    const names = branches.map(({ properties }) => JSON.stringify(properties?.[key]?.const));
    yield mismatch(join(path, key), `one of ${[...new Set(names)].join(', ')}`, value[key]);
    return;
  }
  const objects = branches.filter(({ type }) => type === 'object');
  if (objects.length === 1 && isObject(value)) yield* visit(objects[0] as JsonSchema, value, path);
  else yield mismatch(path, describeExpected({ anyOf: branches }), value);
}

function discriminator(branches: JsonSchema[]): string | null {
  const keys = Object.keys(branches[0]?.properties ?? {});
  const literalEverywhere = (key: string) =>
    branches.every(({ properties }) => properties?.[key]?.const !== undefined);
  return keys.find(literalEverywhere) ?? null;
}

function* visitObject(
  schema: JsonSchema,
  value: Record<string, unknown>,
  path: string,
): Mismatches {
  let any = false;
  for (const found of visitKeys(schema, value, path)) {
    any = true;
    yield found;
  }
  // Each part fits, and the whole does not.
  if (!any) yield mismatch(path, describeExpected(schema), value);
}

function* visitKeys(schema: JsonSchema, value: Record<string, unknown>, path: string): Mismatches {
  const properties = schema.properties ?? {};
  for (const [key, item] of Object.entries(value)) {
    const itemSchema = Object.hasOwn(properties, key) ? properties[key] : otherSchema(schema, key);
    if (itemSchema) yield* visit(itemSchema, item, join(path, key));
    else if (schema.additionalProperties === false || schema.patternProperties) {
      const knownKeys = Object.keys(properties);
      yield { path: join(path, key), expected: null, received: show(item), knownKeys };
    }
  }
  for (const key of schema.required ?? []) {
    const wanted = properties[key];
    if (wanted && !Object.hasOwn(value, key)) {
      yield mismatch(join(path, key), describeExpected(wanted), undefined);
    }
  }
}

function otherSchema(schema: JsonSchema, key: string): JsonSchema | null {
  for (const [pattern, itemSchema] of Object.entries(schema.patternProperties ?? {})) {
    if (new RegExp(pattern).test(key)) return itemSchema;
  }
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : null;
}

function* visitArray(schema: JsonSchema, value: unknown[], path: string): Mismatches {
  const { items } = schema;
  let any = false;
  for (const [index, item] of value.entries()) {
    const itemSchema = Array.isArray(items) ? items[index] : items;
    if (!itemSchema) continue;
    for (const found of visit(itemSchema, item, `${path}[${index}]`)) {
      any = true;
      yield found;
    }
  }
  if (!any) yield mismatch(path, describeExpected(schema), value);
}

function mismatch(path: string, expected: string, value: unknown): Mismatch {
  return { path, expected, received: show(value) };
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : jsonExcerpt(value, SHOWN_VALUE);
}

function join(path: string, key: string): string {
  const shown = key.slice(0, SHOWN_KEY);
  return path === '' ? shown : `${path}.${shown}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
