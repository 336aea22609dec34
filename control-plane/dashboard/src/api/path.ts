type Value = string | number | boolean | null | undefined;

/**
 * A path with its segments and query encoded: `` path`/api/devices/${id}` `` and `withQuery(…,
 * {site})`.
 */
export const path = (
  parts: TemplateStringsArray,
  ...values: readonly (string | number)[]
): string => String.raw({ raw: parts }, ...values.map((value) => encodeURIComponent(value)));

/** Without what is empty. */
export function withQuery(base: string, query: Readonly<Record<string, Value>>): string {
  const given = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  if (given.length === 0) return base;
  return `${base}?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`;
}
