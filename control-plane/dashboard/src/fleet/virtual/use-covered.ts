import { useLayoutEffect, useState } from 'preact/hooks';

/** How many px at the top of the window the header of every page covers. */
export function useCovered(): number {
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => {
    const header = document.querySelector<HTMLElement>('.shell-header');
    if (!header) return undefined;
    const observer = new ResizeObserver(() => setHeight(header.offsetHeight));
    observer.observe(header);
    setHeight(header.offsetHeight);
    return () => observer.disconnect();
  }, []);
  return height;
}
