import type { ComponentChildren } from 'preact';
import './notes.css';

interface NoteProps {
  /** `bad`: something failed, and is said at once; `warn`: something is to be done. */
  readonly kind: 'bad' | 'warn';
  readonly children: ComponentChildren;
  /** What one can do about it, at the end of the line. */
  readonly action?: ComponentChildren;
}

/** What nobody should miss, with a border of its own. */
export function Note({ kind, children, action }: NoteProps) {
  return (
    <div class={`note note-${kind}`} role={kind === 'bad' ? 'alert' : undefined}>
      <div>{children}</div>
      {action}
    </div>
  );
}
