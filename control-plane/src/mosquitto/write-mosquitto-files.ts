import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { HousePrefix } from '@edgeloop/protocol';
import type { Account } from '../accounts/account.ts';
import { mosquittoHash } from '../accounts/new-password.ts';
import { aclFile } from './acl-file.ts';
import { passwordFile } from './password-file.ts';

export interface MosquittoFiles {
  readonly folder: string;
  readonly accounts: readonly Account[];
  /** The control plane's own account; null: it has another, or none. */
  readonly owner: { readonly name: string; readonly password: string } | null;
  /** Below it devices may tell Home Assistant what they are; null: nowhere. */
  readonly house: HousePrefix;
}

/** Writes `acl`, `passwords` and `edgeloop.conf`, which names both. Mosquitto reads them again on SIGHUP. */
export async function writeMosquittoFiles({
  folder,
  accounts,
  owner,
  house,
}: MosquittoFiles): Promise<void> {
  await mkdir(folder, { recursive: true });
  const own = owner && { name: owner.name, mosquittoHash: mosquittoHash(owner.password) };
  const path = (name: string) => join(resolve(folder), name);
  await write(path('passwords'), passwordFile(accounts, own));
  await write(path('acl'), aclFile(accounts, own?.name ?? null, house));
  await write(path('edgeloop.conf'), conf(path('passwords'), path('acl')));
}

const conf = (passwords: string, acl: string) => `# Made by edgeloop-control-plane mosquitto-files.
allow_anonymous false
password_file ${passwords}
acl_file ${acl}

# After the "listener" of devices and subscribers, add this: nobody takes over another's session then.
#   use_username_as_clientid true
# The control plane has several connections under one name: it needs a listener without it, on loopback.
`;

/** Whole or as it was: Mosquitto may read it at any time. Hashes are nobody else's affair. */
async function write(path: string, content: string): Promise<void> {
  await writeFile(`${path}.new`, content, { mode: 0o640 });
  await rename(`${path}.new`, path);
}
