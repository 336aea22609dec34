import { checkCertificate, checkClock, type Finding, problem } from '@edgeloop/findings';
import type { ApiClient } from '../client/api-client.ts';
import type { Settings } from '../settings/settings.ts';
import { checkBroker } from './checks/check-broker.ts';
import { checkFigures } from './checks/check-figures.ts';
import { checkFleet } from './checks/check-fleet.ts';
import { checkKeys } from './checks/check-keys.ts';
import { checkModels } from './checks/check-models.ts';
import { checkServer } from './checks/check-server.ts';
import { checkToken } from './checks/check-token.ts';
import { checkWaiting } from './checks/check-waiting.ts';
import { why } from './why.ts';

interface Examined {
  readonly api: ApiClient;
  readonly settings: Settings;
  /** A broker to knock at; null: what the control plane says of its own will do. */
  readonly broker: string | null;
  readonly now: () => number;
}

/** Everything that can be looked at from here, in the order in which one would. */
export async function examine({ api, settings, broker, now }: Examined): Promise<Finding[]> {
  const { health, findings } = await checkServer(api, broker);
  const found: (Finding | null)[] = [...findings];
  if (health) found.push(checkClock(health.date, now()));
  for (const [check, url] of [
    ['certificate', settings.server.value],
    ['broker certificate', broker],
  ] as const) {
    if (url && /^(https|mqtts):/.test(url)) found.push(await certificateOf(check, url, now()));
  }
  if (broker) found.push(await checkBroker(broker));
  if (health) {
    const token = await checkToken(api, settings.token.value, now());
    found.push(token);
    if (token.gravity !== 'problem') found.push(...(await examineContent(api, now())));
  }
  return found.filter((finding) => finding !== null);
}

/** What needs a token. One that fails does not hide the others. */
async function examineContent(api: ApiClient, now: number): Promise<readonly Finding[]> {
  const checks = {
    figures: checkFigures(api),
    keys: checkKeys(api, now),
    devices: checkFleet(api, now),
    models: checkModels(api),
    waiting: checkWaiting(api, now),
  };
  const found = Object.entries(checks).map(([name, check]) =>
    check.catch((error: Error) => [
      problem(name, why(error, api.server), "Look at the server's log"),
    ]),
  );
  return (await Promise.all(found)).flat();
}

function certificateOf(check: string, url: string, now: number): Promise<Finding | null> {
  const { hostname: host, port, protocol } = new URL(url);
  const usual = protocol === 'https:' ? 443 : 8883;
  return checkCertificate({ check, host, port: Number(port) || usual, now });
}
