import type { ComponentChildren } from 'preact';
import './notes.css';

interface EmptyProps {
  /** What would be here. */
  readonly title: string;
  /** Why it is empty, and what fills it: a command, a button. */
  readonly children: ComponentChildren;
}

export function Empty({ title, children }: EmptyProps) {
  return (
    <div class="empty">
      <p class="strong">{title}</p>
      <div class="empty-what">{children}</div>
    </div>
  );
}
