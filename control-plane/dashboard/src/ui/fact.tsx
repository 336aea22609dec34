import type { ComponentChildren } from 'preact';

/** A name and a value of a `<dl>`. */
export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt class="caption">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
