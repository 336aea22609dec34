export type LoginFragment =
  | { readonly kind: 'code'; readonly secret: string }
  | { readonly kind: 'invitation'; readonly secret: string };

/** Where login links lead. */
export const LOGIN_PATH = '/login';

/** What a login link has behind #; null: nothing of ours. */
function loginFragment(hash: string): LoginFragment | null {
  const [, kind, secret] = /^#(code|invitation)=(el[ci]_[\w-]{43})$/.exec(hash) ?? [];
  return kind !== undefined && secret !== undefined
    ? { kind: kind as LoginFragment['kind'], secret }
    : null;
}

/**
 * Takes it out of the address at once: it is neither in the history, nor in what one copies from
 * there.
 */
export function takeLoginFragment(): LoginFragment | null {
  const { pathname, search, hash } = window.location;
  if (pathname !== LOGIN_PATH || hash === '') return null;
  history.replaceState(null, '', pathname + search);
  return loginFragment(hash);
}
