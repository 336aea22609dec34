import type { ButtonHTMLAttributes } from 'preact';
import './button.css';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** One `primary` a page; `danger` for what takes something away; `quiet` without a border. */
  readonly kind?: 'primary' | 'plain' | 'danger' | 'quiet';
  /** It was pressed, and the answer is not here yet. Presses do nothing meanwhile. */
  readonly busy?: boolean;
}

export function Button({
  kind = 'plain',
  busy = false,
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
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    />
  );
}
