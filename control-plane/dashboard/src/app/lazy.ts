import { type ComponentType, h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ErrorNote } from '../ui/error-note.tsx';

export type { ComponentType };

/**
 * A page whose code is fetched when it is first shown. Nothing is drawn meanwhile: it takes a
 * blink.
 */
export function lazy(load: () => Promise<ComponentType>): ComponentType {
  let loaded: ComponentType | null = null;
  return function Lazy() {
    const [, setCount] = useState(0);
    const [error, setError] = useState<Error | null>(null);
    useEffect(() => {
      if (loaded) return;
      load().then(
        (page) => {
          loaded = page;
          setCount((count) => count + 1);
        },
        (problem: Error) => setError(problem),
      );
    }, []);
    if (loaded) return h(loaded, {});
    if (!error) return null;
    // After an update of the control plane the old page names files that are gone.
    return h(ErrorNote, {
      what: 'This page was not loaded.',
      error,
      retry: () => location.reload(),
    });
  };
}
