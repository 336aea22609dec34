import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import './page.css';
import { headingIsThere } from './page-heading.ts';

interface PageProps {
  /** Of the document and its one first heading. */
  readonly title: string;
  /** Beside the heading; the one primary action last. */
  readonly actions?: ComponentChildren;
  /** Above the heading: where this page belongs. */
  readonly above?: ComponentChildren;
  /** As wide as the window: grids and tables. Else as wide as one reads. */
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

export function Page({ title, actions, above, wide = true, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => headingIsThere(heading.current), []);
  useEffect(() => {
    document.title = `${title} · Edgeloop`;
  }, [title]);
  return (
    <div class={`page ${wide ? '' : 'page-narrow'}`}>
      {above && <div class="page-above caption">{above}</div>}
      <header class="page-header">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface SectionProps {
  readonly title: string;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A part of a page, with its heading and a border. */
export function Section({ title, actions, children }: SectionProps) {
  return (
    <section class="section" aria-label={title}>
      <header class="section-header">
        <h2>{title}</h2>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}
