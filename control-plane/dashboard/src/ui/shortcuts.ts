import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

export interface Shortcut {
  /** As `KeyboardEvent.key` gives it: "/", "ArrowLeft", "u". */
  readonly key: string;
  /** What it does, for the help: "Undo the last label". */
  readonly does: string;
  readonly run: (event: KeyboardEvent) => void;
}

/** What is bound now, for the help that `?` shows. */
export const shortcuts = signal<readonly Shortcut[]>([]);

const TYPING =
  'input:not([type=radio], [type=checkbox], [type=button]), select, textarea, [contenteditable]';

/**
 * A key for the page: without a modifier, not while one types, not behind a dialog, and nobody has
 * taken it.
 */
export function isForPage(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  const { target } = event;
  return (
    !(target instanceof Element && target.closest(TYPING)) &&
    !document.querySelector('dialog[open]')
  );
}

const LETTER = /^\p{L}$/u;

/**
 * What a key is bound to. A letter counts in either case, as Caps Lock or Shift makes it; all else
 * as it is.
 */
export function findShortcut<Bound extends Pick<Shortcut, 'key'>>(
  bound: readonly Bound[],
  pressed: string,
): Bound | undefined {
  const exact = bound.find(({ key }) => key === pressed);
  if (exact || !LETTER.test(pressed)) return exact;
  const either = pressed.toLowerCase();
  return bound.find(({ key }) => LETTER.test(key) && key.toLowerCase() === either);
}

/**
 * Keys while the component is there; not while one types, nor with a modifier, nor behind a dialog.
 */
export function useShortcuts(bound: readonly Shortcut[]): void {
  const current = useRef(bound);
  current.current = bound;
  const names = bound.map(({ key, does }) => `${key} ${does}`).join('\n');
  // The names stand for what is bound; what it runs is read when pressed.
  useEffect(() => {
    const listed = current.current;
    shortcuts.value = [...shortcuts.value, ...listed];
    const press = (event: KeyboardEvent) => {
      if (!isForPage(event)) return;
      const found = findShortcut(current.current, event.key);
      if (!found) return;
      event.preventDefault();
      found.run(event);
    };
    addEventListener('keydown', press);
    return () => {
      removeEventListener('keydown', press);
      shortcuts.value = shortcuts.value.filter((shortcut) => !listed.includes(shortcut));
    };
  }, [names]);
}
