import Type from 'typebox';

/** A UUID, of a rollout. */
export type RolloutId = string & { readonly rollout: unique symbol };

export const RolloutId = Type.Unsafe<RolloutId>(
  Type.String({
    pattern: '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
    description: 'Rollout',
  }),
);
