import { join, resolve } from 'node:path';
import { makeFolder, writeDurably } from '@edgeloop/disk';
import type { BrokerFiles } from '../commands/broker-files.ts';
import { aclFile } from './acl-file.ts';
import { passwordFile } from './password-file.ts';

/**
 * Writes `acl`, `passwords` and `edgeloop.conf`, which names both. Mosquitto reads them again on
 * SIGHUP.
 */
export async function writeMosquittoFiles(files: BrokerFiles): Promise<string> {
  const { folder, accounts, owner, homeAssistant } = files;
  await makeFolder(folder);
  const path = (name: string) => join(resolve(folder), name);
  await writeDurably(path('passwords'), passwordFile(accounts, owner));
  await writeDurably(path('acl'), aclFile(accounts, owner?.name ?? null, homeAssistant));
  await writeDurably(path('edgeloop.conf'), conf(path('passwords'), path('acl')));
  return `Include ${folder}/edgeloop.conf, and send Mosquitto a SIGHUP.`;
}

const conf = (passwords: string, acl: string) => `# Made by edgeloop-control-plane mosquitto-files.
allow_anonymous false
password_file ${passwords}
acl_file ${acl}

# After the "listener" of devices and subscribers, add this: nobody takes over another's session then.
#   use_username_as_clientid true
# The control plane has several connections under one name: it needs a listener without it, on loopback.
`;
