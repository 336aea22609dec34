import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/**
 * Of a row of links that scrolls where the screen is narrow: the link of the page that is shown is
 * brought into its middle.
 * @param current changes with the page
 */
export function useCurrentInView(current: string): RefObject<HTMLElement> {
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    const link = row.current?.querySelector('[aria-current="page"]');
    if (!row.current || !link) return;
    const [around, at] = [row.current.getBoundingClientRect(), link.getBoundingClientRect()];
    row.current.scrollBy({ left: at.left + at.width / 2 - around.left - around.width / 2 });
  }, [current]);
  return row;
}
