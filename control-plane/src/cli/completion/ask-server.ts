import type { Cli } from '../cli.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { Candidate } from './candidate.ts';

type Ask = (api: ApiClient, signal: AbortSignal) => Promise<readonly Candidate[]>;

/** Longer, nobody waits for a key. */
const PATIENCE = 1_000;
const MOST = 200;

const query = { limit: MOST };
const one = (value: string, description = ''): Candidate => ({ value, description });

/** What the server knows names of, by what an argument or an option calls them. */
const ASKS: Readonly<Record<string, Ask>> = {
  device: async (api, signal) => {
    type Answer = { devices: { device: string; site: string; state: string }[] };
    const { devices } = await api.askJson<Answer>('GET /api/devices', { query, signal });
    return devices.map(({ device, site, state }) => one(device, `${site}, ${state}`));
  },
  task: async (api, signal) => {
    const { tasks } = await api.askJson<{ tasks: { task: string }[] }>('GET /api/tasks', {
      signal,
    });
    return tasks.map(({ task }) => one(task));
  },
  model: async (api, signal) => {
    type Answer = { models: { digest: string; name: string; task: string }[] };
    const { models } = await api.askJson<Answer>('GET /api/models', { query, signal });
    return models.map(({ digest, name, task }) => one(digest.slice(0, 12), `${name}, ${task}`));
  },
  rollout: async (api, signal) => {
    type Answer = { rollouts: { rollout: string; name: string; state: string }[] };
    const { rollouts } = await api.askJson<Answer>('GET /api/rollouts', { query, signal });
    return rollouts.map(({ rollout, name, state }) => one(rollout, `${name}, ${state}`));
  },
  job: async (api, signal) => {
    type Answer = { jobs: { job: string; task: string; state: string }[] };
    const { jobs } = await api.askJson<Answer>('GET /api/jobs', { query, signal });
    return jobs.map(({ job, task, state }) => one(job, `${task}, ${state}`));
  },
  configuration: async (api, signal) => {
    type Answer = { configurations: { configuration: string }[] };
    const found = await api.askJson<Answer>('GET /api/configurations', { signal });
    return found.configurations.map(({ configuration }) => one(configuration));
  },
  subscriber: async (api, signal) => {
    type Answer = { subscribers: { name: string }[] };
    const { subscribers } = await api.askJson<Answer>('GET /api/subscribers', { signal });
    return subscribers.map(({ name }) => one(name));
  },
  webhook: async (api, signal) => {
    type Answer = { webhooks: { id: string; url: string }[] };
    const { webhooks } = await api.askJson<Answer>('GET /api/webhooks', { signal });
    return webhooks.map(({ id, url }) => one(id, url));
  },
  token: async (api, signal) => {
    type Answer = { tokens: { id: string; name: string; revokedAt: string | null }[] };
    const { tokens } = await api.askJson<Answer>('GET /api/tokens', { signal });
    return tokens.filter(({ revokedAt }) => !revokedAt).map(({ id, name }) => one(id, name));
  },
  'enrolment-token': async (api, signal) => {
    type Answer = { tokens: { id: string; name: string; revokedAt: string | null }[] };
    const { tokens } = await api.askJson<Answer>('GET /api/enrolment-tokens', { signal });
    return tokens.filter(({ revokedAt }) => !revokedAt).map(({ id, name }) => one(id, name));
  },
};

/**
 * Names of what is called `<device>`, `--task <task>` and so on. A server that does not answer in
 * time, or refuses, has none.
 * @param flags With the name in angle brackets.
 */
export async function askServer(cli: Cli, flags: string): Promise<readonly Candidate[]> {
  const [, name = ''] = /<([\w-]+)/.exec(flags) ?? [];
  const ask = ASKS[name];
  if (!ask) return [];
  try {
    return await ask(await cli.api(), AbortSignal.timeout(PATIENCE));
  } catch {
    return [];
  }
}
