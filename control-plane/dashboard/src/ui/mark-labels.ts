/** Where a label is written beside its line. */
export interface LabelPlace {
  /** Pixels, where the text begins or, to the left of its line, ends. */
  readonly x: number;
  readonly align: 'left' | 'right';
}

/**
 * Of lines across a chart, each on the side where there is room. Where labels would lie over each
 * other, that of the later line is written; the other is null.
 * @param lines From left to right: where each is, and how wide its label, in pixels
 * @param middle Of the chart, in pixels
 * @param gap Between a line and its label, and between two labels, in pixels
 */
export function placeLabels(
  lines: readonly { readonly x: number; readonly width: number }[],
  { middle, gap }: { readonly middle: number; readonly gap: number },
): (LabelPlace | null)[] {
  const taken: { readonly from: number; readonly to: number }[] = [];
  const places = lines.toReversed().map(({ x, width }): LabelPlace | null => {
    const place: LabelPlace =
      x > middle ? { x: x - gap, align: 'right' } : { x: x + gap, align: 'left' };
    const from = place.align === 'left' ? place.x : place.x - width;
    const to = from + width;
    if (taken.some((other) => from < other.to + gap && other.from < to + gap)) return null;
    taken.push({ from, to });
    return place;
  });
  return places.reverse();
}
