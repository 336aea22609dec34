import { LONGEST } from './session-limits.ts';

const NAME = 'edgeloop_session';
/** Neither scripts nor other sites get it. Source: RFC 6265bis, 4.1.2. */
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Strict';

/** What a browser sent; null: none of ours. */
export function sessionSecretOf(cookies: string | undefined): string | null {
  const [, secret] = /(?:^|;\s*)edgeloop_session=([^;\s]+)/.exec(cookies ?? '') ?? [];
  return secret ?? null;
}

/** @param secure the browser came over TLS: it must not send it without */
export function sessionCookie(secret: string, secure: boolean): string {
  const seconds = LONGEST / 1000;
  return `${NAME}=${secret}; Max-Age=${seconds}; ${ATTRIBUTES}${secure ? '; Secure' : ''}`;
}

/** Takes it from the browser. */
export const noSessionCookie = (secure: boolean) =>
  `${NAME}=; Max-Age=0; ${ATTRIBUTES}${secure ? '; Secure' : ''}`;
