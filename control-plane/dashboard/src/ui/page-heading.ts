/** Where the focus was when the page was gone to that is still on its way; undefined: none is. */
let awaitedAt: Element | null | undefined;
/** What got the focus. */
let given: HTMLElement | null = null;

/**
 * Of a page that was gone to, the heading gets the focus, and screen readers say it; where it is
 * not there yet, when it is.
 */
export function focusHeading(): void {
  const heading = document.querySelector<HTMLElement>('main h1');
  awaitedAt = heading === null ? document.activeElement : undefined;
  focus(heading);
}

/**
 * A page shows its heading: anew as well, where what it waited for has come, and then what had the
 * focus is gone. Who has gone on to something else meanwhile keeps that.
 */
export function headingIsThere(heading: HTMLElement | null): void {
  const at = document.activeElement;
  const stayed = awaitedAt !== undefined && (at === awaitedAt || at === document.body);
  const lost = given?.isConnected === false && at === document.body;
  if (stayed || lost) focus(heading);
  awaitedAt = undefined;
}

function focus(heading: HTMLElement | null): void {
  given = heading;
  heading?.focus({ preventScroll: true });
}
