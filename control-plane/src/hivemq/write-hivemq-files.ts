import { join } from 'node:path';
import { makeFolder, writeDurably } from '@edgeloop/disk';
import type { BrokerFiles } from '../commands/broker-files.ts';
import { credentialsFile } from './credentials-file.ts';

/**
 * Writes `credentials.xml` of HiveMQ's File RBAC extension, which reads it again within a minute.
 */
export async function writeHivemqFiles(files: BrokerFiles): Promise<string> {
  await makeFolder(files.folder);
  await writeDurably(join(files.folder, 'credentials.xml'), credentialsFile(files));
  return 'It belongs into conf/ of the extension hivemq-file-rbac-extension, on each node.';
}
