/** Of the picture as it is shown: shares of its width and height, from its upper left. */
export type Corner = readonly [x: number, y: number];

export const MAX_CORNERS = 32;
/** The most masks of one kind that a camera may have. */
export const MAX_MASKS = 16;

/** Of the picture: less is a slip of the hand. */
const LEAST_AREA = 0.0001;

/**
 * What no schema can say of a polygon, as the end of a sentence ("expected …"); null: nothing is
 * wrong. One whose edges cross would leave parts of itself out, which is nothing to guess at where
 * it hides something.
 */
export function polygonMistake(corners: readonly Corner[]): string | null {
  if (edgesCross(corners)) return 'edges that do not cross one another';
  return areaOf(corners) < LEAST_AREA ? 'corners around an area' : null;
}

/** Share of the picture, 0…1. Source: Gauss's area formula. */
function areaOf(corners: readonly Corner[]): number {
  const twice = edgesOf(corners).reduce((sum, [[ax, ay], [bx, by]]) => sum + ax * by - bx * ay, 0);
  return Math.abs(twice) / 2;
}

type Edge = readonly [Corner, Corner];

const edgesOf = (corners: readonly Corner[]): Edge[] =>
  corners.map((corner, i) => [corner, corners[(i + 1) % corners.length] as Corner]);

/** Whether two edges that are no neighbours have a point in common. */
function edgesCross(corners: readonly Corner[]): boolean {
  const edges = edgesOf(corners);
  return edges.some((one, i) =>
    edges.slice(i + 2).some((other, j) => {
      const neighbours = i === 0 && i + 2 + j === edges.length - 1;
      return !neighbours && touch(one, other);
    }),
  );
}

/** Source: Cormen et al., Introduction to Algorithms, segments by orientation. */
function touch([a, b]: Edge, [c, d]: Edge): boolean {
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (abc * abd < 0 && cda * cdb < 0) return true;
  return (
    (abc === 0 && within(a, b, c)) ||
    (abd === 0 && within(a, b, d)) ||
    (cda === 0 && within(c, d, a)) ||
    (cdb === 0 && within(c, d, b))
  );
}

const turn = ([ax, ay]: Corner, [bx, by]: Corner, [cx, cy]: Corner): number =>
  Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));

/** Of a point on the line through both: whether it lies between them. */
const within = ([ax, ay]: Corner, [bx, by]: Corner, [x, y]: Corner): boolean =>
  Math.min(ax, bx) <= x && x <= Math.max(ax, bx) && Math.min(ay, by) <= y && y <= Math.max(ay, by);
