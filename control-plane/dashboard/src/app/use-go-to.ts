import { useEffect, useRef } from 'preact/hooks';
import { findShortcut, isForPage } from '../ui/shortcuts.ts';
import { NAVIGATION } from './navigation.ts';

/** So long the second key is waited for, in ms. */
const PATIENCE = 1_500;
const FIRST = [{ key: 'g' }];

/**
 * `g` and the key of a page go there. While the second is waited for, no key means anything else.
 */
export function useGoTo(navigate: (href: string) => void): void {
  const go = useRef(navigate);
  go.current = navigate;
  useEffect(() => {
    let waitsUntil = 0;
    const press = (event: KeyboardEvent) => {
      // To write a capital letter, Shift is pressed before it.
      if (event.key === 'Shift') return;
      const waits = event.timeStamp < waitsUntil;
      waitsUntil = 0;
      if (!isForPage(event) || event.key.length > 1) return;
      if (waits) {
        const page = findShortcut(NAVIGATION, event.key);
        if (page) go.current(page.href);
      } else if (findShortcut(FIRST, event.key) && !event.repeat) {
        waitsUntil = event.timeStamp + PATIENCE;
      } else return;
      event.preventDefault();
      event.stopPropagation();
    };
    // Before the page hears it: of what is labelled with S, `g s` must skip nothing.
    addEventListener('keydown', press, { capture: true });
    return () => removeEventListener('keydown', press, { capture: true });
  }, []);
}
