import { addressesOf, BrokerConnection, type Refused } from '@edgeloop/broker-connection';
import { checkCertificate, type Finding, ok, problem, warning } from '@edgeloop/findings';
import { buildTopic } from '@edgeloop/protocol';
import type { Config } from '../config/config.ts';
import type { AgentStatus } from '../control/agent-status.ts';
import { findLacking } from '../mqtt/explain-limits.ts';
import { explainRefusal } from '../mqtt/explain-refusal.ts';
import { type RunningAgent, tryLock } from './ask-running-agent.ts';

const PATIENCE = 10_000;
const MEND = 'Is broker.url right, the broker up, and its port open to this device?';
const MEND_UNHEARD = 'broker.delivery in agent.yaml; edgeloop devices show tells what was heard';
const MEND_LIMITS = "The broker's own settings; docs/devices.md names what it must grant";
const MEND_CREDENTIAL = 'edgeloop-agent rotate --config agent.yaml, or enrol';

type Outcome =
  | { readonly kind: 'connected' }
  | { readonly kind: 'refused'; readonly refused: Refused }
  | { readonly kind: 'lost'; readonly reason: string };

/**
 * Whether the broker lets the device in. While the agent runs its name is taken, and a second
 * client of that name would throw it off: then its word counts. Where it says nothing it is only
 * seen whether a broker is there.
 */
export async function checkBroker(
  config: Config,
  agent: RunningAgent,
  now: () => number,
): Promise<Finding[]> {
  const { broker } = config;
  const found: Finding[] = [];
  for (const url of addressesOf(broker.url)) {
    found.push(...(await checkBrokerCertificate(url, now)));
    if (agent.kind === 'told') continue;
    found.push(await knock({ ...config, broker: { ...broker, url } }, agent));
  }
  return agent.kind === 'told' ? [...found, judge(agent.status.broker)] : found;
}

function judge({ hosts, refused, lacking, away, unheard }: AgentStatus['broker']): Finding {
  const host = hosts.join(' or ');
  if (refused !== null) return problem('broker', refused, MEND_CREDENTIAL);
  if (lacking) return problem('broker', lacking, MEND_LIMITS);
  if (unheard) return warning('broker', `${host}: ${unheard}`, MEND_UNHEARD);
  if (away === null) return ok('broker', `the agent that runs is connected to ${host}`);
  return problem('broker', `the agent that runs has no connection to ${host}: ${away}`, MEND);
}

async function checkBrokerCertificate(url: string, now: () => number): Promise<Finding[]> {
  const { hostname: host, protocol, port } = new URL(url);
  if (protocol !== 'mqtts:' && protocol !== 'wss:') return [];
  const usual = protocol === 'wss:' ? 443 : 8883;
  const certificate = await checkCertificate({
    check: 'broker certificate',
    host,
    port: Number(port) || usual,
    now: now(),
  });
  return certificate ? [certificate] : [];
}

async function knock(
  config: Config,
  agent: Exclude<RunningAgent, { kind: 'told' }>,
): Promise<Finding> {
  const { broker, device, state } = config;
  const { host } = new URL(broker.url);
  const unlock = agent.kind === 'none' ? tryLock(state) : null;
  try {
    const outcome = await connectOnce(config, unlock ? device : `${device}-doctor`);
    if (outcome.kind === 'lost') return problem('broker', `${host}: ${outcome.reason}`, MEND);
    if (!unlock) {
      const why = agent.kind === 'silent' ? agent.why : 'it has just started';
      const what = `${host} answers; an agent runs, which could not be asked whether it is let in: ${why}`;
      return warning('broker', what, 'journalctl -u edgeloop-agent tells more');
    }
    const lacking = await findLacking(broker.url, { broker, clientId: device });
    if (lacking) return problem('broker', lacking, MEND_LIMITS);
    if (outcome.kind === 'connected') return ok('broker', `${host} lets ${device} in`);
    return problem('broker', explainRefusal(broker, outcome.refused), MEND_CREDENTIAL);
  } finally {
    unlock?.();
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
      broker,
      clientId,
      random: Math.random,
      onMessage: () => {},
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
