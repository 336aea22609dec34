import { type Finding, ok, problem, warning } from '@edgeloop/findings';
import type { Session } from '../../../resources/session.ts';
import type { ApiClient } from '../../client/api-client.ts';
import { why } from '../why.ts';

const LOGIN = 'edgeloop login, or EDGELOOP_TOKEN=…; edgeloop-control-plane token makes one';
/** Whoever makes another has time for it. */
const SOON = 7 * 86_400_000;

/** Whether the token is good, for what, and until when. */
export async function checkToken(
  api: ApiClient,
  token: string | null,
  now: number,
): Promise<Finding> {
  if (token === null) return problem('token', 'there is none', LOGIN);
  try {
    const { who, role, expiresAt } = await api.askJson<Session>('GET /api/session');
    const what = `${who}, of the role ${role}`;
    if (expiresAt === null || Date.parse(expiresAt) - now > SOON) return ok('token', what);
    return warning(
      'token',
      `${what}, until ${expiresAt}`,
      'edgeloop tokens create, edgeloop login',
    );
  } catch (error) {
    return problem('token', why(error as Error, api.server), LOGIN);
  }
}
