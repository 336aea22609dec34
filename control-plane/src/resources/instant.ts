import Type from 'typebox';

/** Of a query: parsed by `Date.parse`. */
export const Instant = Type.Unsafe<string>(
  Type.String({
    pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?(?:Z|[+-]\\d{2}:\\d{2})$',
    description: 'RFC 3339, such as 2026-11-24T00:22:22Z',
  }),
);
