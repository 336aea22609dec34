import type { Corner, Size } from '@edgeloop/protocol';

/**
 * Pixels of one row, from `from` up to but without `to`, counted from the upper left of the
 * picture.
 */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The pixels of a picture that a polygon touches, be it with a corner: what hides something hides
 * all of it. Row after row, from left to right, none twice.
 * @param polygon in shares of the picture's sides; its edges do not cross
 */
export function spansOf(polygon: readonly Corner[], { width, height }: Size): Span[] {
  const edges = edgesOf(polygon, width, height);
  const heights = edges.map(([[, y]]) => y);
  const spans: Span[] = [];
  for (let row = Math.floor(Math.min(...heights)); row < Math.ceil(Math.max(...heights)); row++) {
    const touched = [...inside(edges, row), ...edges.flatMap((edge) => within(edge, row))];
    const begin = row * width;
    for (const [from, to] of joined(touched)) spans.push({ from: begin + from, to: begin + to });
  }
  return spans;
}

/** What is left of a picture of `pixels` pixels. */
export function without(spans: readonly Span[], pixels: number): Span[] {
  const ends = [0, ...spans.map(({ to }) => to)];
  const begins = [...spans.map(({ from }) => from), pixels];
  return ends.flatMap((from, i) => {
    const to = begins[i] as number;
    return from < to ? [{ from, to }] : [];
  });
}

type Edge = readonly [Corner, Corner];
type Interval = readonly [from: number, to: number];

/** In pixels. A corner that is said to lie on the border between two, does. */
function edgesOf(polygon: readonly Corner[], width: number, height: number): Edge[] {
  const exact = (value: number) => Math.round(value * 1e6) / 1e6;
  const corners = polygon.map(([x, y]): Corner => [exact(x * width), exact(y * height)]);
  return corners.map((corner, i) => [corner, corners[(i + 1) % corners.length] as Corner]);
}

/** Where the middle line of a row is inside: between its crossings with the edges, two by two. */
function inside(edges: readonly Edge[], row: number): Interval[] {
  const y = row + 0.5;
  const crossings = edges
    .filter(([[, ay], [, by]]) => ay <= y !== by <= y)
    .map(([[ax, ay], [bx, by]]) => ax + ((y - ay) / (by - ay)) * (bx - ax))
    .sort((one, other) => one - other);
  return crossings.flatMap((from, i): Interval[] =>
    i % 2 === 0 ? [[from, crossings[i + 1] as number]] : [],
  );
}

/** The part of an edge within a row; one along its border is in neither. */
function within([[ax, ay], [bx, by]]: Edge, row: number): Interval[] {
  const low = Math.max(row, Math.min(ay, by));
  const high = Math.min(row + 1, Math.max(ay, by));
  if (high < low || (high === low && (low === row || low === row + 1))) return [];
  const at = (y: number) => (ay === by ? null : ax + ((y - ay) / (by - ay)) * (bx - ax));
  const [one, other] = [at(low) ?? ax, at(high) ?? bx];
  return [[Math.min(one, other), Math.max(one, other)]];
}

/** As whole pixels, those that overlap or meet as one. */
function joined(intervals: readonly Interval[]): Interval[] {
  const whole = intervals
    .map(([from, to]): Interval => [Math.floor(from), Math.ceil(to)])
    .filter(([from, to]) => from < to)
    .sort(([one], [other]) => one - other);
  const found: [number, number][] = [];
  for (const [from, to] of whole) {
    const last = found.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}
