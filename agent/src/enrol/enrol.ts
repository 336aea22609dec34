import { createHash } from 'node:crypto';
import {
  type DeviceCredential,
  type DeviceId,
  enrolmentStatement,
  type Sha256,
  type SiteId,
} from '@edgeloop/protocol';
import { AgentError } from '../errors.ts';
import { askServer, type Refusal, type Server } from './ask-server.ts';
import { readCredential } from './credential-file.ts';
import { DeviceKey } from './device-key.ts';
import { type KeepOptions, type KeptCredential, keepCredential } from './keep-credential.ts';
import { askForCredential } from './rotate.ts';

export interface EnrolOptions extends KeepOptions {
  readonly server: Server;
  /** Who signed its certificate, PEM file: it is kept; null: nobody is. */
  readonly ca: string | null;
  readonly token: string;
  readonly device: DeviceId;
  /** What the device is configured for; null: whatever the token is for. */
  readonly site: SiteId | null;
}

/**
 * Makes the device a key, and gets it a credential with a token. Asked again after a lost answer,
 * it gets one by the key that the first attempt left: the token may be used up by then.
 * @throws AgentError `ENROLMENT_REFUSED`, `SERVER_UNREACHABLE`, `STATE_UNUSABLE`
 */
export async function enrol(options: EnrolOptions): Promise<KeptCredential> {
  const { server, token, device, site, state } = options;
  const before = await DeviceKey.load(state);
  const key = before ?? (await DeviceKey.create(state));
  const hash = createHash('sha256').update(token).digest('hex') as Sha256;
  const { publicKey } = key;
  const answer = await askServer(server, '/api/enrol', {
    token,
    device,
    publicKey,
    ...(site !== null && { site }),
    proof: key.sign(enrolmentStatement(hash, device, publicKey)),
  });
  const credential = 'refused' in answer ? await recover(options, before, answer.refused) : answer;
  return keepCredential(credential, { ...options, authority: options.ca });
}

async function recover(
  { server, device, state }: EnrolOptions,
  key: DeviceKey | null,
  refused: Refusal,
): Promise<DeviceCredential> {
  // A credential that is there was not lost: whoever enrols again wants something else.
  const lost = key !== null && readCredential(state) === null;
  const answer = lost ? await askForCredential(server, key, device, 1) : null;
  if (answer && !('refused' in answer)) return answer;
  const hint =
    readCredential(state) === null
      ? ''
      : ` A credential is there already, in ${state}: for another password, edgeloop-agent rotate; for another key, a token with replace.`;
  throw new AgentError(
    'ENROLMENT_REFUSED',
    `Expected to enrol as ${device}, was refused (${refused.code}): ${refused.detail}${hint}`,
  );
}
