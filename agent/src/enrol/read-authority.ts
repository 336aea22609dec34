import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { AgentError } from '../errors.ts';

/**
 * Who may vouch for the certificate of a server.
 * @throws AgentError `CONFIG_INVALID` for a file that can't be read, or is none
 */
export async function readAuthority(path: string): Promise<Buffer> {
  try {
    const pem = await readFile(path);
    new X509Certificate(pem);
    return pem;
  } catch (cause) {
    const message = `Expected certificates in PEM for --ca, received ${path}, as the user ${userName()}: ${(cause as Error).message}. Name another file, or let that user read it.`;
    throw new AgentError('CONFIG_INVALID', message, { cause });
  }
}

/** A container may have given it a number alone. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.geteuid?.());
  }
}
