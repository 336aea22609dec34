import Type, { type Static } from 'typebox';

/**
 * For who asks whether there is one: where there is none is no error to them. A browser logs every
 * 4xx as an error of the page.
 */
export const OrNone = Type.Object(
  {
    orNone: Type.Optional(
      Type.Boolean({ description: 'true: where there is none 204, and no problem' }),
    ),
  },
  { additionalProperties: false },
);
export type OrNone = Static<typeof OrNone>;

/** For the responses of a route that takes it. */
export const NONE = {
  204: { description: 'There is none, and orNone was asked', type: 'null' },
} as const;
