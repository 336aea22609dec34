import type { ApiToken } from '../../../../src/resources/api-token.ts';

/** What making one answers with: the secret is told this once. */
export interface CreatedToken {
  readonly token: ApiToken;
  readonly secret: string;
}
