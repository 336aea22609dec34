import {
  credentialStatement,
  type DeviceCredential,
  type DeviceId,
  generationRefusal,
} from '@edgeloop/protocol';
import { isEncrypted } from '../config/is-encrypted.ts';
import { AgentError } from '../errors.ts';
import { askServer, type Refusal, type Server } from './ask-server.ts';
import { readCredential } from './credential-file.ts';
import { DeviceKey } from './device-key.ts';
import { type KeepOptions, type KeptCredential, keepCredential } from './keep-credential.ts';
import { authorityOf } from './read-enrolment.ts';

export interface RotateOptions extends KeepOptions {
  /** Null: where it enrolled. */
  readonly server: Server | null;
  /**
   * Who signed the server's certificate from now on, PEM file: it is kept; null: whom it enrolled
   * with, unless another server is reached without.
   */
  readonly ca: string | null;
  readonly device: DeviceId;
}

/**
 * Gets the device another password by its key; the old one is worth nothing then. A running agent
 * takes it when it connects again.
 * @throws AgentError `ENROLMENT_REFUSED`, `SERVER_UNREACHABLE`, `STATE_UNUSABLE`
 */
export async function rotate(options: RotateOptions): Promise<KeptCredential> {
  const { server, ca, device, state } = options;
  const key = await DeviceKey.load(state);
  const before = server ? tryRead(state) : readCredential(state);
  const at = server ?? (before && { url: before.server, ca: ca ?? authorityOf(state) });
  if (!key || !at) {
    const message = `Expected a device that has enrolled in ${state}, received none. Use edgeloop-agent enrol first.`;
    throw new AgentError('ENROLMENT_REFUSED', message);
  }
  const answer = await askForCredential(at, key, device, before?.generation ?? 1);
  if ('refused' in answer) {
    const { code, detail } = answer.refused;
    const message = `Expected another password for ${device}, was refused (${code}): ${detail}`;
    throw new AgentError('ENROLMENT_REFUSED', message);
  }
  // Of a server that was reached without anybody in particular, the one of the server before is
  // none.
  const moved = before !== null && before.server !== answer.server;
  const unneeded = moved && at.ca === null && isEncrypted(at.url);
  return keepCredential(answer, { ...options, authority: ca ?? (unneeded ? null : undefined) });
}

/**
 * A second time where the server says that it is of another generation: an answer was lost, or an
 * operator rotated it.
 */
export async function askForCredential(
  server: Server,
  key: DeviceKey,
  device: DeviceId,
  generation: number,
): Promise<DeviceCredential | { readonly refused: Refusal }> {
  const ask = (of: number) =>
    askServer(server, '/api/device/credential', {
      device,
      generation: of,
      proof: key.sign(credentialStatement(device, of)),
    });
  const answer = await ask(generation);
  const now = 'refused' in answer ? generationRefusal.read(answer.refused.detail) : null;
  return now === null ? answer : ask(now);
}

/** A damaged credential is what another one is asked for. */
function tryRead(state: string): DeviceCredential | null {
  try {
    return readCredential(state);
  } catch {
    return null;
  }
}
