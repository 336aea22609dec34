import { useEffect, useRef } from 'preact/hooks';
import { LOGIN_PATH } from '../session/login-fragment.ts';
import { focusHeading } from '../ui/page-heading.ts';

/** Who chose another page in a field of this one goes on from there. */
const STAYS = 'main :is(input, select, textarea)';

/**
 * After a change of page the focus is at its heading. The first page is the browser's to tell.
 * @param location its path
 */
export function useArrival(location: string): void {
  const known = useRef(location);
  useEffect(() => {
    if (known.current === location) return;
    const hadLoggedIn = known.current === LOGIN_PATH;
    known.current = location;
    // Nobody chose the page after a login: what has the focus by then was chosen.
    const at = document.activeElement;
    if (hadLoggedIn ? at === document.body : !at?.matches(STAYS)) focusHeading();
  }, [location]);
}
