import type { RefObject } from 'preact';
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Layout, type Range, rowsOf, visibleRange } from './visible-range.ts';

/** Drawn beyond what is seen, in px. */
const BEYOND = 300;
/** Between what was scrolled to and the edge, in px. */
const MARGIN = 12;

export interface Virtual {
  /** Of the list itself, as high as all its rows. */
  readonly list: RefObject<HTMLDivElement>;
  readonly layout: Layout;
  /** Of a column, in px; 0: nothing is known yet. */
  readonly width: number;
  readonly height: number;
  readonly range: Range;
  /** Brings a thing into view, below what sticks to the top. */
  readonly reveal: (index: number) => void;
}

/**
 * A list in the scrolling page of which only what is seen is drawn.
 * @param layoutOf by the width of the list; the same function each time
 * @param covered px at the top of the window that something else covers
 */
export function useVirtual(
  count: number,
  layoutOf: (width: number) => Layout,
  covered: number,
): Virtual {
  const list = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [range, setRange] = useState<Range>({ first: 0, last: 0 });
  const layout = layoutOf(width);
  const { columns, rowHeight } = layout;

  const look = useCallback(() => {
    if (!list.current) return;
    const top = -list.current.getBoundingClientRect().top;
    const next = visibleRange(count, { columns, rowHeight }, top, innerHeight, BEYOND);
    setRange((before) =>
      before.first === next.first && before.last === next.last ? before : next,
    );
  }, [count, columns, rowHeight]);

  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    look();
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [look]);

  const reveal = (index: number) => {
    if (!list.current) return;
    const top = list.current.getBoundingClientRect().top + Math.floor(index / columns) * rowHeight;
    const [above, below] = [top - covered - MARGIN, top + rowHeight + MARGIN - innerHeight];
    if (above < 0) scrollBy({ top: above });
    else if (below > 0) scrollBy({ top: below });
  };
  const height = rowsOf(count, layout) * rowHeight;
  return { list, layout, width, height, range, reveal };
}
