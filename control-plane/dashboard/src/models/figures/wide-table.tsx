import type { ComponentChildren } from 'preact';
import '../../ui/table.css';

/** Around a table that is wider than a phone: it scrolls by itself, by keyboard, too. */
export function WideTable({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard, too.
    <section class="table-wide" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
