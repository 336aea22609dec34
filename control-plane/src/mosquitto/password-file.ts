import type { Account } from '../accounts/account.ts';

/** Names and hashes in the form of Mosquitto's `password_file`; revoked ones are not in it. */
export function passwordFile(
  accounts: readonly Account[],
  owner: { readonly name: string; readonly mosquittoHash: string } | null,
): string {
  const admitted = accounts.filter(({ revoked }) => !revoked);
  const all = owner ? [owner, ...admitted] : admitted;
  return all.map(({ name, mosquittoHash }) => `${name}:${mosquittoHash}\n`).join('');
}
