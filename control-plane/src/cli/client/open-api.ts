import { readFile } from 'node:fs/promises';
import { ControlPlaneError } from '../../errors.ts';
import type { Settings } from '../settings/settings.ts';
import { ApiClient } from './api-client.ts';

/** @throws ControlPlaneError `OPTION_INVALID`: the file of the authorities can't be read */
export async function openApi(
  { server, token, ca }: Settings,
  signal: AbortSignal,
): Promise<ApiClient> {
  return new ApiClient({
    server: server.value,
    token: token.value,
    signal,
    ca: ca.value === null ? null : await readAuthorities(ca.value),
  });
}

async function readAuthorities(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const message = `Expected certificates in PEM for --ca, received ${path}: ${(cause as Error).message}.`;
    throw new ControlPlaneError('OPTION_INVALID', message, { cause });
  }
}
