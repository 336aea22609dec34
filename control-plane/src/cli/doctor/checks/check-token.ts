import { type Finding, ok, problem } from '@edgeloop/findings';
import type { ControlPlaneError } from '../../../errors.ts';
import type { ApiClient } from '../../client/api-client.ts';

const LOGIN = 'edgeloop login, or EDGELOOP_TOKEN=…; edgeloop-control-plane token makes one';

/** Whether the token is good, and for what. The API says so when it is asked for what an admin alone may see. */
export async function checkToken(api: ApiClient, token: string | null): Promise<Finding> {
  if (token === null) return problem('token', 'there is none', LOGIN);
  try {
    await api.askJson('GET /api/tokens');
    return ok('token', 'it is good, and of the role admin');
  } catch (error) {
    const { code, message } = error as ControlPlaneError;
    const [, role] = /received (\w+)\./.exec(message) ?? [];
    if (code === 'FORBIDDEN' && role) return ok('token', `it is good, and of the role ${role}`);
    return problem('token', message, LOGIN);
  }
}
