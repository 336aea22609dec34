import Type from 'typebox';

export const INSTANT =
  '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?(?:Z|[+-]\\d{2}:\\d{2})$';

/** Of a query: parsed by `Date.parse`. */
export const Instant = Type.Unsafe<string>(
  Type.String({
    pattern: INSTANT,
    description: 'RFC 3339, such as 2026-11-24T00:22:22Z',
  }),
);
