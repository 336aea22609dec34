/** A part of a payload, as a person reads it. */
export interface PayloadRow {
  /** `cameras.<key>.captured`, `tombstones[].from`. */
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Every field of a JSON Schema of ours, nested ones after what holds them. */
export function payloadRows(schema: unknown, path = ''): PayloadRow[] {
  const { properties = {}, required = [], anyOf = [], allOf = [] } = schema as Schema;
  const own = Object.entries(properties).flatMap(([name, field]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const row = {
      path: at,
      type: typeOf(field),
      required: required.includes(name),
      description: field.description ?? '',
    };
    return [row, ...below(field, at)];
  });
  const others = [...anyOf, ...allOf].flatMap((part) => payloadRows(part, path));
  return uniqueByPath([...own, ...others]);
}

function below({ items, patternProperties = {}, ...field }: Schema, path: string): PayloadRow[] {
  const values = Object.values(patternProperties);
  return [
    ...payloadRows(field, path),
    ...(items ? payloadRows(items, `${path}[]`) : []),
    ...values.flatMap((value) => payloadRows(value, `${path}.<key>`)),
  ];
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  if (schema.items) return `array of ${typeOf(schema.items)}`;
  const { minimum, maximum } = schema;
  const from = minimum === undefined ? '' : ` from ${minimum}`;
  const to = maximum === undefined ? '' : ` to ${maximum}`;
  return `${schema.type ?? 'any'}${from}${to}`;
}

/** Of the alternatives of a message, what they share stands once. */
function uniqueByPath(rows: readonly PayloadRow[]): PayloadRow[] {
  const seen = new Map<string, PayloadRow>();
  for (const row of rows) {
    const known = seen.get(row.path);
    const types = [...new Set([...(known?.type.split(' or ') ?? []), ...row.type.split(' or ')])];
    seen.set(row.path, { ...row, ...known, type: types.join(' or ') });
  }
  return [...seen.values()];
}
