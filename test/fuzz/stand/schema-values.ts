import fc from 'fast-check';
import type { TSchema } from 'typebox';

/** The part of JSON Schema that our schemas use. */
interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
}

/** Names that mean something to JavaScript, and such as are long or odd. */
const KEYS = fc.oneof(
  {
    arbitrary: fc.constantFrom('__proto__', 'constructor', 'prototype', '__defineGetter__', ''),
    weight: 50,
  },
  { arbitrary: fc.string({ maxLength: 12, unit: 'binary' }), weight: 50 },
  { arbitrary: fc.constant('k'.repeat(5000)), weight: 1 },
);

function nested(depth: number): unknown {
  let value: unknown = 0;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

/** JSON that no schema of ours wants. */
const HOSTILE: fc.Arbitrary<unknown> = fc.oneof(
  {
    arbitrary: fc.constantFrom(null, true, 0, -0, -1, 1e308, 2 ** 53, 0.1, '', [], {}, [[]]),
    weight: 100,
  },
  {
    arbitrary: fc.constantFrom('\u0000', '\u001b[2J', '\ud800', '../../x', '=1+1', '<script>'),
    weight: 100,
  },
  { arbitrary: fc.jsonValue({ maxDepth: 1 }), weight: 50 },
  { arbitrary: fc.dictionary(KEYS, fc.constantFrom(1, 'a', null), { maxKeys: 3 }), weight: 50 },
  { arbitrary: fc.integer({ min: 10, max: 400 }).map(nested), weight: 10 },
  { arbitrary: fc.constant('x'.repeat(9000)), weight: 2 },
);

/**
 * One in so many parts is hostile: most of a value stays as the schema wants it, so that what lies
 * behind is reached.
 */
const ONE_IN = 60;

/** Values that a schema nearly takes. */
export function nearly(schema: TSchema): fc.Arbitrary<unknown> {
  return part(schema as JsonSchema);
}

function part(schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc.oneof(
    { arbitrary: fitting(schema), weight: ONE_IN - 1 },
    { arbitrary: HOSTILE, weight: 1 },
  );
}

function fitting(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(part));
  switch (schema.type) {
    case 'object':
      return mapping(schema);
    case 'array':
      return list(schema.items);
    case 'string':
      return schema.pattern === undefined ? fc.string({ maxLength: 20 }) : matching(schema.pattern);
    case 'integer':
    case 'number':
      return number(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return HOSTILE;
  }
}

/**
 * A few texts that a pattern takes: to make new ones each time would cost more than all that reads
 * them.
 */
function matching(pattern: string): fc.Arbitrary<string> {
  // fast-check can not look ahead; the only pattern of ours that does is of a path.
  if (pattern.includes('(?!')) return fc.constantFrom('model.onnx', 'golden/0.jpg', 'a/b/c-d_e.f');
  const texts = fc.sample(fc.stringMatching(new RegExp(pattern)), { numRuns: 8, seed: 7 });
  return fc.constantFrom(...texts);
}

function number({ type, minimum = -1e6, maximum = 1e6 }: JsonSchema): fc.Arbitrary<number> {
  const [min, max] = [minimum, Math.max(minimum, maximum)];
  if (type === 'integer')
    return fc.maxSafeInteger().map((n) => min + (Math.abs(n) % (max - min + 1)));
  return fc.double({ min, max, noNaN: true });
}

function list(items: JsonSchema['items']): fc.Arbitrary<unknown> {
  if (items === undefined) return fc.array(HOSTILE, { maxLength: 3 });
  if ('length' in items) return fc.tuple(...items.map(part));
  return fc.array(part(items as JsonSchema), { maxLength: 4 });
}

function mapping({ properties = {}, patternProperties = {}, required = [] }: JsonSchema) {
  const known = fc.record(
    Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, part(schema)])),
    { requiredKeys: [...required] },
  );
  const named = Object.values(patternProperties).map((schema) =>
    fc.dictionary(fc.oneof(fc.constantFrom('a', 'int8', 'cam0', 'good'), KEYS), part(schema), {
      maxKeys: 3,
    }),
  );
  const unknown = fc.option(fc.dictionary(KEYS, HOSTILE, { maxKeys: 2 }), { nil: {}, freq: 15 });
  // Own properties, also of `__proto__`, as JSON.parse makes them.
  return fc
    .tuple(known, ...named, unknown)
    .map((parts) => Object.fromEntries(parts.flatMap((part) => Object.entries(part))));
}
