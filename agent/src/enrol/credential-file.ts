import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '@edgeloop/disk';
import { DeviceCredential } from '@edgeloop/protocol';
import { Check } from 'typebox/value';
import { AgentError } from '../errors.ts';
import { isUnread, unreadFile } from '../state/unread-file.ts';

const FILE = 'credential.json';

/** What the device connects with; null: it has not enrolled. @throws AgentError `STATE_UNUSABLE` */
export function readCredential(state: string): DeviceCredential | null {
  const path = join(state, FILE);
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (Check(DeviceCredential, value)) return value;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    if (isUnread(cause)) throw unreadFile(path, cause as Error);
  }
  const message = `Expected a credential in ${path}, received something else. edgeloop-agent rotate --server URL gets another.`;
  throw new AgentError('STATE_UNUSABLE', message);
}

/** Whole or not there; only its owner can read it. */
export function writeCredential(state: string, credential: DeviceCredential): Promise<void> {
  return writeDurably(join(state, FILE), `${JSON.stringify(credential, null, 2)}\n`, 0o600);
}
