/** Nothing was scrolled for so long, in ms. */
const STILL_AFTER = 140;

let scrolledAt = Number.NEGATIVE_INFINITY;
addEventListener(
  'scroll',
  () => {
    scrolledAt = performance.now();
  },
  { passive: true, capture: true },
);

/**
 * Calls once the page is not being scrolled: what only flies past is not fetched.
 * @returns what gives it up
 */
export function onceStill(then: () => void): () => void {
  const left = () => Math.max(0, scrolledAt + STILL_AFTER - performance.now());
  let timer = setTimeout(function look() {
    const wait = left();
    if (wait > 0) timer = setTimeout(look, wait);
    else then();
  }, left());
  return () => clearTimeout(timer);
}
