import { createHash } from 'node:crypto';
import {
  type Attributes,
  type DeviceCredential,
  type DeviceId,
  enrolmentStatement,
  type Sha256,
} from '@edgeloop/protocol';
import { askServer, type Server } from '../../enrol/ask-server.ts';
import { DeviceKey } from '../../enrol/device-key.ts';
import { AgentError } from '../../errors.ts';

/** Where devices enrol, and with what: a token that may be used by as many. */
export interface Enrolment {
  readonly server: Server;
  readonly token: string;
}

/**
 * Enrols a device whose key and credential are in memory alone. With a token that says replace, one
 * of an earlier run enrols again.
 * @throws AgentError `ENROLMENT_REFUSED`, `SERVER_UNREACHABLE`
 */
export async function admit(
  { server, token }: Enrolment,
  device: DeviceId,
  attributes: Attributes,
): Promise<DeviceCredential> {
  const key = DeviceKey.generate();
  const hash = createHash('sha256').update(token).digest('hex') as Sha256;
  const { publicKey } = key;
  const answer = await askServer(server, '/api/enrol', {
    token,
    device,
    publicKey,
    attributes,
    proof: key.sign(enrolmentStatement(hash, device, publicKey)),
  });
  if (!('refused' in answer)) return answer;
  const { code, detail } = answer.refused;
  const message = `Expected to enrol as ${device}, was refused (${code}): ${detail}`;
  throw new AgentError('ENROLMENT_REFUSED', message);
}
