import type { Test } from 'tap';
import { openTestApi } from '../../stand/open-test-api.ts';
import { bearer } from '../../stand/test-api.ts';
import { record } from '../../store/records.ts';
import { OLD, registerModels } from './models.ts';

const RUNS_OLD = {
  bootId: '00000000-0000-4000-8000-00000000b007',
  agentVersion: '1',
  cameras: {},
  slots: { main: { model: OLD, name: 'old', variant: 'int8' } },
};

/** An API over a fleet of four that runs the old model; nobody moves a rollout on but who asks. */
export async function openRolloutApi(t: Test) {
  const api = await openTestApi(t);
  await registerModels(api.database);
  await api.store.commit(
    ['a', 'b', 'c', 'd'].map((device) => record('reported', RUNS_OLD, { device })),
  );

  /** @param credentials of whoever asks, by the name that a test has for them */
  function askAs<Who extends string>(credentials: Readonly<Record<Who, string>>) {
    return async (
      who: Who,
      method: string,
      url: string,
      body?: object,
      headers = {},
      // biome-ignore lint/suspicious/noExplicitAny: a test looks into any answer.
    ): Promise<any> => {
      const authorization = credentials[who];
      const response = await api.app.inject({
        method: method as 'GET',
        url,
        headers: { authorization, ...headers },
        ...(body && { payload: body }),
      });
      return { status: response.statusCode, etag: response.headers.etag, ...response.json() };
    };
  }

  const ask = askAs({
    operator: await bearer(api.tokens, 'operator'),
    admin: await bearer(api.tokens, 'admin'),
    viewer: await bearer(api.tokens, 'viewer'),
  });

  return {
    ...api,
    ask,
    askAs,

    /** What a test has begun is ended with it: the devices are free for the next. */
    async abortAll(): Promise<void> {
      const { rollouts } = await ask('viewer', 'GET', '/api/rollouts?limit=1000');
      for (const { rollout } of rollouts) {
        await ask('admin', 'POST', `/api/rollouts/${rollout}/abort`);
      }
    },
  };
}
