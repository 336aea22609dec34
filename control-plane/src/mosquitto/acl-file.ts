import type { HomeAssistantPrefix } from '@edgeloop/protocol';
import type { Account } from '../accounts/account.ts';
import { ownerRights, type TopicRight, topicRights } from '../accounts/topic-rights.ts';

/**
 * What each may, in the form of Mosquitto's `acl_file`: the same rules as those of the embedded
 * broker. An account at a time and not by patterns: a pattern knows a device's name and not its
 * site. What is not named is refused.
 * @param owner name of the control plane's own account; null: none is written
 * @param homeAssistant Below this prefix devices may tell Home Assistant what they are; null:
 * nowhere.
 */
export function aclFile(
  accounts: readonly Account[],
  owner: string | null,
  homeAssistant: HomeAssistantPrefix,
): string {
  const blocks = accounts
    .filter(({ revoked }) => !revoked)
    .map((account) => block(account.name, topicRights(account, homeAssistant)));
  if (owner !== null) blocks.unshift(block(owner, ownerRights(homeAssistant)));
  return `# Made by edgeloop-control-plane mosquitto-files.\n\n${blocks.join('\n')}`;
}

const block = (name: string, rights: readonly TopicRight[]) =>
  `user ${name}\n${rights.map(({ filter, ...may }) => `topic ${word(may)} ${filter}\n`).join('')}`;

const word = ({ reads, writes }: Omit<TopicRight, 'filter'>) =>
  writes && reads ? 'readwrite' : writes ? 'write' : 'read';
