import { signal } from '@preact/signals';
import './toasts.css';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly bad: boolean;
}

const SHOWN_FOR = 6_000;
const MOST = 4;

const toasts = signal<readonly Toast[]>([]);
let last = 0;

/**
 * A word about what was done, said to screen readers too. What needs an answer is an ErrorNote in
 * its place instead.
 */
export function toast(text: string, { bad = false } = {}): void {
  const id = ++last;
  toasts.value = [...toasts.value, { id, text, bad }].slice(-MOST);
  setTimeout(() => {
    toasts.value = toasts.value.filter((shown) => shown.id !== id);
  }, SHOWN_FOR);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, bad }) => (
        <p key={id} class={`toast ${bad ? 'toast-bad' : ''}`}>
          {text}
        </p>
      ))}
    </div>
  );
}
