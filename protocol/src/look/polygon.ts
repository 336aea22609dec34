import Type, { type Static } from 'typebox';
import { MAX_CORNERS } from './polygon-rules.ts';

const Share = Type.Number({ minimum: 0, maximum: 1 });

const CornerSchema = Type.Unsafe<[number, number]>({
  ...Type.Array(Share, { minItems: 2, maxItems: 2 }),
});

/**
 * An area of a camera's picture: its corners in order, whatever the size of the picture. See
 * `polygonMistake`.
 */
export const Polygon = Type.Array(CornerSchema, {
  minItems: 3,
  maxItems: MAX_CORNERS,
  description: 'Corners [x, y], in shares of width and height from the upper left',
});
export type Polygon = Static<typeof Polygon>;
