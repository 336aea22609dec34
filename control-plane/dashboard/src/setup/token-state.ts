export interface Token {
  readonly revokedAt: string | null;
  readonly expiresAt: string | null;
  readonly uses?: number;
  readonly used?: number;
}

/** Whether a token is still valid, and why not. @param now in ms */
export function tokenState(token: Token, now: number): { kind: 'good' | 'idle'; text: string } {
  const { revokedAt, expiresAt, uses = 1, used = 0 } = token;
  if (revokedAt !== null) return { kind: 'idle', text: 'revoked' };
  if (used >= uses) return { kind: 'idle', text: 'used up' };
  if (expiresAt !== null && Date.parse(expiresAt) <= now) return { kind: 'idle', text: 'expired' };
  return { kind: 'good', text: 'valid' };
}
