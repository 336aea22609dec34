import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, writeDurably } from '@edgeloop/disk';
import { AUTHORITY_FILE } from './read-enrolment.ts';

/**
 * Keeps a copy of who signed the server's certificate in the state, for an agent.yaml that leaves
 * server and broker to the enrolment.
 */
export async function keepAuthority(state: string, ca: string | null): Promise<void> {
  const path = join(state, AUTHORITY_FILE);
  if (ca === null) {
    await rm(path, { force: true });
    await syncFolder(state);
    return;
  }
  await writeDurably(path, await readFile(ca));
}
