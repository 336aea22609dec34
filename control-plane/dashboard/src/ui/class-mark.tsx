import './class-mark.css';

const COLOURS = 8;

/**
 * A class has the same colour everywhere: by its place in the task's list. Two rounds differ by
 * shape.
 */
export const classColour = (index: number): string => `var(--class-${index % COLOURS})`;

/**
 * A class with its colour and name.
 * @param index its place in the task's classes; -1: none of them
 */
export function ClassMark({ name, index }: { name: string; index: number }) {
  const shape = index < 0 ? 'none' : Math.floor(index / COLOURS) % 2 === 0 ? 'round' : 'square';
  return (
    <span class="class-mark">
      <span
        class={`class-mark-dot class-mark-${shape}`}
        style={index < 0 ? {} : { background: classColour(index) }}
        aria-hidden="true"
      />
      {name}
    </span>
  );
}
