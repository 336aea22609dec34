/** What a route's schema says of its body: JSON as it is, or a schema for each type of content. */
export interface BodySchema {
  readonly type?: string;
  readonly required?: readonly string[];
  readonly content?: Readonly<Record<string, unknown>>;
}

/** "a body of the type application/json", in the words of every refusal of a body. */
export function describeBody(schema: BodySchema | undefined): string {
  if (schema === undefined) return 'no body';
  const types = Object.keys(schema.content ?? {}).join(' or ') || 'application/json';
  return `a body of the type ${types}`;
}
