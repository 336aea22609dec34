/** Whether the page that was gone to is still on its way. */
let awaited = false;
/** What got the focus. */
let given: HTMLElement | null = null;

/** Of a page that was gone to, the heading gets the focus, and screen readers say it; where it is not there yet, when it is. */
export function focusHeading(): void {
  const heading = document.querySelector<HTMLElement>('main h1');
  awaited = heading === null;
  focus(heading);
}

/** A page shows its heading: anew as well, where what it waited for has come, and then what had the focus is gone. */
export function headingIsThere(heading: HTMLElement | null): void {
  const lost = given?.isConnected === false && document.activeElement === document.body;
  if (awaited || lost) focus(heading);
  awaited = false;
}

function focus(heading: HTMLElement | null): void {
  given = heading;
  heading?.focus({ preventScroll: true });
}
