import Type, { type Static } from 'typebox';
import { Ids } from '../id-schemas.ts';
import type { Sha256 } from '../ids.ts';
import { MOST_COUNTED } from './most-counted.ts';

const Count = Type.Integer({ minimum: 0, maximum: MOST_COUNTED });

/** Beside `model` wherever one is named: absent, the model decides as it came. */
export const headDigest = Type.Optional(
  Type.Unsafe<Sha256>({
    ...Ids.sha256,
    description: 'Of the last layer that was tuned on the device and decides in place of its own',
  }),
);

/**
 * A last layer that was tuned on the device, over the model that it is told beside, and how it was
 * tested.
 */
export const HeadReport = Type.Object({
  digest: Ids.sha256,
  fittedAt: Ids.timestamp,
  labelled: Type.Unsafe<number>({
    ...Count,
    description: 'Pictures, labelled on the device, that it was fitted from and tested on',
  }),
  heldOut: Type.Object(
    { pictures: Count, right: Count, rightBefore: Count },
    { description: "Of them, those that it was tested on: right by it, and by the model's own" },
  ),
});
export type HeadReport = Static<typeof HeadReport>;
