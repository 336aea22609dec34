import type { Test } from 'tap';
import { openTestApi } from './open-test-api.ts';
import { bearer } from './test-api.ts';

/** Of everybody whom `addPerson` adds. */
export const PASSWORD = 'correct horse battery';

interface RequestOptions {
  readonly body?: object;
  readonly headers?: Record<string, string>;
  readonly from?: string;
}

/** An API, as browsers ask it that people log in with. */
export async function openSessionApi(t: Test) {
  const api = await openTestApi(t);
  const admin = await bearer(api.tokens, 'admin');

  /** Each from an address of its own: whoever fails waits. */
  let asked = 0;
  const anywhere = () => `10.9.${asked >> 8}.${asked++ & 255}`;

  async function ask(
    method: 'GET' | 'POST' | 'DELETE' | 'PUT' | 'PATCH',
    url: string,
    { body: payload, headers = {}, from = anywhere() }: RequestOptions = {},
  ) {
    const answer = await api.app.inject({
      method,
      url,
      headers,
      remoteAddress: from,
      ...(payload && { payload }),
    });
    const { statusCode: status, body } = answer;
    return { status, headers: answer.headers, body: body === '' ? null : JSON.parse(body) };
  }

  /** @returns what a browser needs with each request of the session, too */
  async function logIn(body: object, headers: Record<string, string> = {}) {
    const answer = await ask('POST', '/api/session', { body, headers });
    const set = String(answer.headers['set-cookie']);
    const [cookie = ''] = set.split(';');
    return { ...answer, set, cookie, own: { cookie, 'x-edgeloop-csrf': answer.body.csrf } };
  }

  /** Invited, and logged in with a password. */
  async function addPerson(name: string, role: string) {
    const made = await ask('POST', '/api/people', {
      headers: { authorization: admin },
      body: { name, role },
    });
    const { secret } = made.body.invitation;
    return logIn({ invitation: secret, password: PASSWORD });
  }

  return { ...api, admin, ask, logIn, addPerson };
}
