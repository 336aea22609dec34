import { mayPublish, mayReceive, TOPICS, type TopicName, topicFilter } from '@edgeloop/protocol';
import type { Account } from '../accounts/account.ts';

/**
 * What each may, in the form of Mosquitto's `acl_file`: the same rules as those of the embedded broker. An account at a time and
 * not by patterns: a pattern knows a device's name and not its site. What is not named is refused.
 * @param owner name of the control plane's own account; null: none is written
 */
export function aclFile(accounts: readonly Account[], owner: string | null): string {
  const blocks = accounts.filter(({ revoked }) => !revoked).map(blockOf);
  if (owner !== null) blocks.unshift(`user ${owner}\ntopic readwrite edgeloop/v1/#\n`);
  return `# Made by edgeloop-control-plane mosquitto-files.\n\n${blocks.join('\n')}`;
}

function blockOf(account: Account): string {
  const lines = account.kind === 'device' ? deviceLines(account) : subscriberLines(account);
  return `user ${account.name}\n${lines.map((line) => `topic ${line}\n`).join('')}`;
}

/** A device's lines are what the rules say of each topic that it could have: a last level is any id. */
function deviceLines(account: Account & { kind: 'device' }): string[] {
  return (Object.keys(TOPICS) as TopicName[]).flatMap((name) => {
    const filter = topicFilter(name, account);
    const topic = filter.replace('+', SOME_ID);
    const writes = mayPublish(account, topic, { retain: false });
    const reads = mayReceive(account, topic);
    if (!writes && !reads) return [];
    return `${writes && reads ? 'readwrite' : writes ? 'write' : 'read'} ${filter}`;
  });
}

/** A camera, a command and a command's id may all be called so. */
const SOME_ID = '00000000-0000-4000-8000-000000000000';

const subscriberLines = ({ sites, devices }: Account & { kind: 'subscriber' }): string[] => [
  ...sites.map((site) => `read edgeloop/v1/${site}/#`),
  ...devices.map((device) => `read edgeloop/v1/+/${device}/#`),
];
