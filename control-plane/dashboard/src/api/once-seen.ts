/**
 * Calls after so long, in ms, where the page is seen then; else as soon as it is. What nobody sees
 * asks for nothing.
 * @returns what gives it up
 */
export function onceSeen(run: () => void, millis: number): () => void {
  const seen = () => {
    if (document.hidden) return;
    giveUp();
    run();
  };
  const timer = setTimeout(() => {
    document.addEventListener('visibilitychange', seen);
    seen();
  }, millis);
  const giveUp = () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', seen);
  };
  return giveUp;
}
