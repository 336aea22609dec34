import { mayUse, type Principal } from '../../access/roles.ts';

/** What the page at an address asks for as soon as its script runs. */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  '/': ['/api/session?orNone=true', '/api/fleet'],
};

/**
 * `Link` of a page: the browser asks for what the page will ask for while it still fetches the
 * page's script. To who is not logged in nothing is said of it: they would be refused.
 * @see https://html.spec.whatwg.org/multipage/links.html#link-type-preload
 */
export function earlyAnswers(path: string, principal: Principal): string | null {
  const asked = ASKED[path];
  if (asked === undefined || !mayUse(principal, 'viewer')) return null;
  return asked.map((answer) => `<${answer}>; rel=preload; as=fetch; crossorigin`).join(', ');
}
