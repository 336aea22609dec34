import type { ComponentChildren } from 'preact';

/** One line of what a device is. */
export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="device-fact">
      <dt class="caption">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
