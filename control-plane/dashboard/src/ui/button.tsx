import type { ButtonHTMLAttributes } from 'preact';
import './button.css';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** One `primary` a page; `danger` for what takes something away; `quiet` without a border. */
  readonly kind?: 'primary' | 'plain' | 'danger' | 'quiet';
  /** It was pressed, and the answer is not here yet. Presses do nothing meanwhile. */
  readonly busy?: boolean;
  /** Presses do nothing for now. It keeps the focus, unlike one that is `disabled`. */
  readonly off?: boolean;
}

export function Button({
  kind = 'plain',
  busy = false,
  off = busy,
  type = 'button',
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      class={`button button-${kind} ${rest.class ?? ''}`}
      aria-busy={busy}
      aria-disabled={off || undefined}
      onClick={(event) => {
        if (off) event.preventDefault();
        else onClick?.(event);
      }}
    />
  );
}
