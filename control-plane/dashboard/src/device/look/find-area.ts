import type { Corner } from '@edgeloop/protocol/polygon-rules';
import type { Area, AreaKind } from './drawing.ts';

/**
 * The area on top at a place that can be moved; undefined: none is there. The region, which others
 * lie in, only where the region is drawn: else a stroke in it draws.
 */
export function findArea(areas: readonly Area[], at: Corner, tool: AreaKind): Area | undefined {
  return areas.findLast(
    ({ corners, fixed, kind }) =>
      !fixed && (kind !== 'region' || tool === 'region') && contains(corners, at),
  );
}

/** Source: Shimrat 1962, algorithm 112: an odd number of edges to the right. */
function contains(corners: readonly Corner[], [x, y]: Corner): boolean {
  const crossed = corners.filter(([ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % corners.length] as Corner;
    return ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax);
  });
  return crossed.length % 2 === 1;
}
