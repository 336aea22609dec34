import { signal } from '@preact/signals';

const EVERY = 1_000;

/** The time of now, in ms, for all that shows an age: one tick moves all of them together. */
export const now = signal(Date.now());

setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, EVERY);
document.addEventListener('visibilitychange', () => {
  now.value = Date.now();
});
