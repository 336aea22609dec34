import { checkCertificate, checkClock, type Finding, ok, problem } from '@edgeloop/findings';
import { millis } from '@edgeloop/protocol';
import type { Config, ServerConfig } from '../config/config.ts';
import { openServer } from '../server/open-server.ts';
import type { ServerClient } from '../server/server-client.ts';

const PATIENCE = 10_000;
const ROTATE =
  'edgeloop-agent rotate --config agent.yaml; a revoked device needs a token, and enrol';
const UNREACHABLE = 'Is server.url right, and server.ca who signed its certificate?';
const AUTHORITY = "Name another file as server.ca in agent.yaml, or let the agent's user read it";

/**
 * Whether the control plane answers, knows the device, and has the same time. Nothing where
 * `server` is not set.
 */
export async function checkServer(config: Config, now: () => number): Promise<Finding[]> {
  const { server, device } = config;
  if (!server) return [];
  const { hostname: host, port, protocol } = new URL(server.url);
  const certificate =
    protocol === 'https:'
      ? await checkCertificate({
          check: 'certificate',
          host,
          port: Number(port) || 443,
          now: now(),
        })
      : null;
  return [...(certificate ? [certificate] : []), ...(await ask(server, device, now))];
}

async function ask(
  server: ServerConfig,
  device: Config['device'],
  now: () => number,
): Promise<Finding[]> {
  let client: ServerClient;
  try {
    client = await openServer(server, device);
  } catch (error) {
    return [problem('server', (error as Error).message, AUTHORITY)];
  }
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = await client.get({
      path: '/healthz',
      headers: {},
      idle: millis(PATIENCE),
      signal,
    });
    answer.discard();
    const time = checkClock(answer.headers.date ?? null, now());
    if (answer.status === 401) {
      return [
        problem('server', `${server.url} does not know ${device}'s credential`, ROTATE),
        time,
      ];
    }
    // 503: it is there, and says what is wrong with itself to its own doctor.
    if (answer.status === 200 || answer.status === 503) {
      return [ok('server', `${server.url} answers, and knows ${device}`), time];
    }
    return [problem('server', `${server.url} answers with ${answer.status}`, UNREACHABLE), time];
  } catch (error) {
    return [problem('server', `${server.url}: ${(error as Error).message}`, UNREACHABLE)];
  } finally {
    client.close();
  }
}
