import { addressesOf, type Refused } from '@edgeloop/broker-connection';
import type { BrokerConfig } from '../config/config.ts';

/** Why the broker does not let the device in, and what to do. */
export function explainRefusal(
  { url, username, password }: Pick<BrokerConfig, 'url' | 'username' | 'password'>,
  refused: Refused,
): string {
  const hosts = addressesOf(url).map((address) => new URL(address).host);
  const broker = `the broker ${hosts.join(' or ')}`;
  if (username !== undefined || password !== undefined) {
    return `${broker} refused broker.username and broker.password. Mend them; or remove both, and enrol the device: sudo edgeloop-agent enrol <url> <token>.`;
  }
  if (refused.username === null) {
    return `${broker} lets in nobody without a credential, and the device has none. Setup in the dashboard, or edgeloop enrolment-tokens create, makes the command for it: sudo edgeloop-agent enrol <url> <token>. The agent goes on by itself.`;
  }
  return `${broker} refused the credential of ${refused.username}. edgeloop-agent rotate --config agent.yaml gets another; a device that was revoked needs a token with replace, and edgeloop-agent enrol.`;
}
