import { addressesOf, BrokerConnection, type Refused } from '@edgeloop/broker-connection';
import { checkCertificate, type Finding, ok, problem } from '@edgeloop/findings';
import { buildTopic } from '@edgeloop/protocol';
import type { Config } from '../config/config.ts';
import { AgentError } from '../errors.ts';
import { explainRefusal } from '../mqtt/explain-refusal.ts';
import { lockState } from '../state/lock-state.ts';

const PATIENCE = 10_000;
const MEND = 'Is broker.url right, the broker up, and its port open to this device?';

type Outcome =
  | { readonly kind: 'connected' }
  | { readonly kind: 'refused'; readonly refused: Refused }
  | { readonly kind: 'lost'; readonly reason: string };

/**
 * Whether the broker lets the device in. While the agent runs its name is taken, and a second client of that name would
 * throw it off: then it is only seen whether a broker is there.
 */
export async function checkBroker(config: Config, now: () => number): Promise<Finding[]> {
  const { broker } = config;
  const found: Finding[] = [];
  for (const url of addressesOf(broker.url)) {
    found.push(...(await checkAddress({ ...config, broker: { ...broker, url } }, now)));
  }
  return found;
}

async function checkAddress(config: Config, now: () => number): Promise<Finding[]> {
  const { broker, device } = config;
  const { hostname, protocol, port, host } = new URL(broker.url);
  const certificate =
    protocol === 'mqtts:' || protocol === 'wss:'
      ? await checkCertificate({
          ...{ check: 'broker certificate', host: hostname, now: now() },
          port: Number(port) || (protocol === 'wss:' ? 443 : 8883),
        })
      : null;
  const found = certificate ? [certificate] : [];
  const unlock = tryLock(config.state);
  try {
    const outcome = await connectOnce(config, unlock ? device : `${device}-doctor`);
    return [...found, judge(outcome)];
  } finally {
    unlock?.();
  }

  function judge(outcome: Outcome): Finding {
    if (outcome.kind === 'lost') return problem('broker', `${host}: ${outcome.reason}`, MEND);
    if (!unlock) return ok('broker', `${host} answers; the agent runs, and has its connection`);
    if (outcome.kind === 'connected') return ok('broker', `${host} lets ${device} in`);
    const what = explainRefusal(broker, outcome.refused);
    return problem('broker', what, 'edgeloop-agent rotate --config agent.yaml, or enrol');
  }
}

/** Null: an agent runs. */
function tryLock(state: string): (() => void) | null {
  try {
    return lockState(state);
  } catch (error) {
    if (error instanceof AgentError && error.code === 'STATE_IN_USE') return null;
    // What is wrong with the folder is told by the check of the disk.
    return () => {};
  }
}

async function connectOnce(
  { broker, site, device }: Pick<Config, 'broker' | 'site' | 'device'>,
  clientId: string,
): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  let connection: BrokerConnection | undefined;
  const outcome = await new Promise<Outcome>((resolve) => {
    connection = new BrokerConnection({
      ...{ broker, clientId, random: Math.random, onMessage: () => {} },
      subscriptions: [buildTopic('status', { site, device })],
      onConnect: () => resolve({ kind: 'connected' }),
      onDisconnect: (reason, refused) =>
        resolve(refused ? { kind: 'refused', refused } : { kind: 'lost', reason }),
    });
    timer = setTimeout(() => {
      resolve({ kind: 'lost', reason: `no answer within ${PATIENCE / 1000} s` });
    }, PATIENCE);
    connection.start();
  });
  clearTimeout(timer);
  await connection?.close();
  return outcome;
}
