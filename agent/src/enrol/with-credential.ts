import type { DeviceCredential } from '@edgeloop/protocol';
import type { Config } from '../config/config.ts';
import { AgentError } from '../errors.ts';
import { readCredential } from './credential-file.ts';

/**
 * The configuration with what the device got when it enrolled, unless `broker.username` or
 * `broker.password` say otherwise. It is read again for each connection: after a rotation, or an
 * enrolment, the agent goes on by itself.
 * @throws AgentError `STATE_UNUSABLE`; `CONFIG_INVALID` for a credential of another device or site
 */
export function withCredential(config: Config): Config {
  const { broker, server } = config;
  const own = broker.username !== undefined || broker.password !== undefined;
  const enrolled = own ? null : readOwn(config);
  if (server && !enrolled && broker.password === undefined) {
    const message =
      'Expected a credential for server: uploads are authenticated with it. Use edgeloop-agent enrol, set broker.password, or remove server.';
    throw new AgentError('CONFIG_INVALID', message);
  }
  if (own) return config;
  const credential = () => (readOwn(config) ?? enrolled)?.credential ?? null;
  return {
    ...config,
    broker: { ...broker, credential },
    server: server && { ...server, password: () => credential()?.password ?? '' },
  };
}

function readOwn({ state, device, site }: Config): DeviceCredential | null {
  const enrolled = readCredential(state);
  if (!enrolled || (enrolled.device === device && enrolled.site === site)) return enrolled;
  const message = `Expected site and device as enrolled (${enrolled.site}, ${enrolled.device}), received ${site}, ${device} from the configuration. Change one of them: edgeloop-agent enrol, or rotate after the device was moved.`;
  throw new AgentError('CONFIG_INVALID', message);
}
