import {
  type DeviceId,
  discoveryTopic,
  type HousePrefix,
  houseStatusTopic,
  mayPublish,
  mayReceive,
  TOPICS,
  type TopicName,
  topicFilter,
} from '@edgeloop/protocol';
import type { Account } from '../accounts/account.ts';

/**
 * What each may, in the form of Mosquitto's `acl_file`: the same rules as those of the embedded broker. An account at a time and
 * not by patterns: a pattern knows a device's name and not its site. What is not named is refused.
 * @param owner name of the control plane's own account; null: none is written
 * @param house Below this prefix devices may tell Home Assistant what they are; null: nowhere.
 */
export function aclFile(
  accounts: readonly Account[],
  owner: string | null,
  house: HousePrefix,
): string {
  const blocks = accounts
    .filter(({ revoked }) => !revoked)
    .map((account) => block(account.name, linesOf(account, house)));
  // It clears what a device that is gone has told.
  const ownLines = ['edgeloop/v1/#', ...(house === null ? [] : [`${house}/device/#`])];
  if (owner !== null) {
    blocks.unshift(
      block(
        owner,
        ownLines.map((filter) => `readwrite ${filter}`),
      ),
    );
  }
  return `# Made by edgeloop-control-plane mosquitto-files.\n\n${blocks.join('\n')}`;
}

const block = (name: string, lines: readonly string[]) =>
  `user ${name}\n${lines.map((line) => `topic ${line}\n`).join('')}`;

function linesOf(account: Account, house: HousePrefix): string[] {
  return account.kind === 'device'
    ? deviceLines(account, house)
    : [...subscriberLines(account), ...(house === null ? [] : houseLines(account, house))];
}

/** A device's lines are what the rules say of each topic that it could have: a last level is any id. */
function deviceLines(account: Account & { kind: 'device' }, house: HousePrefix): string[] {
  const own = (Object.keys(TOPICS) as TopicName[]).map((name) => {
    const filter = topicFilter(name, account);
    return { filter, topic: filter.replace('+', SOME_ID) };
  });
  const told = house === null ? [] : [houseStatusTopic(house), discoveryTopic(house, account)];
  return [...own, ...told.map((topic) => ({ filter: topic, topic }))].flatMap(
    ({ filter, topic }) => {
      const writes = mayPublish(account, topic, { retain: false }, house);
      const reads = mayReceive(account, topic, house);
      if (!writes && !reads) return [];
      return `${writes && reads ? 'readwrite' : writes ? 'write' : 'read'} ${filter}`;
    },
  );
}

/** A camera, a command and a command's id may all be called so. */
const SOME_ID = '00000000-0000-4000-8000-000000000000';

const subscriberLines = ({ sites, devices }: Account & { kind: 'subscriber' }): string[] => [
  ...sites.map((site) => `read edgeloop/v1/${site}/#`),
  ...devices.map((device) => `read edgeloop/v1/+/${device}/#`),
];

/** What devices of these sites and these devices tell Home Assistant; and its birth, the one word that a subscriber has. */
const houseLines = (
  { sites, devices }: Account & { kind: 'subscriber' },
  house: string,
): string[] => [
  `readwrite ${houseStatusTopic(house)}`,
  ...sites.map((site) => `read ${discoveryTopic(house, { site, device: ANY })}`),
  ...devices.map((device) => `read ${house}/device/+/${device}/config`),
];

/** In a filter. */
const ANY = '+' as DeviceId;
