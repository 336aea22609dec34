import { readFile } from 'node:fs/promises';
import type { DeviceId } from '@edgeloop/protocol';
import type { ServerConfig } from '../config/config.ts';
import { AgentError } from '../errors.ts';
import { ServerClient } from './server-client.ts';

/**
 * A client with a connection of its own.
 * @throws AgentError `CONFIG_INVALID`: the file of `server.ca` can't be read
 */
export async function openServer(server: ServerConfig, device: DeviceId): Promise<ServerClient> {
  return new ServerClient({ ...server, ca: await readAuthorities(server), device });
}

async function readAuthorities({ ca }: ServerConfig): Promise<string | null> {
  if (ca === null) return null;
  try {
    return await readFile(ca, 'utf8');
  } catch (cause) {
    const message = `Expected certificates in PEM for server.ca, received ${ca}: ${(cause as Error).message}`;
    throw new AgentError('CONFIG_INVALID', message, { cause });
  }
}
