/** Of the server's codes (SQLSTATE): the connection broke, or the server ends or begins. */
const LOST = /^(08...|57P0[1-3]|25P03)$/;
const SQLSTATE = /^[0-9A-Z]{5}$/;

/**
 * Whether a connection is of no more use: also where it is not the server that says so (ECONNRESET,
 * a timeout, the end of it).
 */
export function isLostConnection(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code !== 'string' || !SQLSTATE.test(code) || LOST.test(code);
}
