import {
  type DeviceId,
  discoveryTopic,
  type HomeAssistantPrefix,
  homeAssistantStatusTopic,
  mayPublish,
  mayReceive,
  TOPICS,
  type TopicName,
  topicFilter,
} from '@edgeloop/protocol';
import type { Account } from './account.ts';

/** What one may do with the topics that a filter matches. */
export interface TopicRight {
  readonly filter: string;
  readonly reads: boolean;
  readonly writes: boolean;
  /** Whether what is written may be retained. */
  readonly retains: boolean;
}

/**
 * The rules of the topics as a list of filters, for brokers that are given them in a file. What is
 * not in it is refused.
 */
export function topicRights(account: Account, homeAssistant: HomeAssistantPrefix): TopicRight[] {
  return account.kind === 'device'
    ? deviceRights(account, homeAssistant)
    : [
        ...subscriberRights(account),
        ...(homeAssistant === null ? [] : homeAssistantRights(account, homeAssistant)),
      ];
}

/** Of the control plane itself: it clears what a device that is gone has told. */
export const ownerRights = (homeAssistant: HomeAssistantPrefix): TopicRight[] =>
  ['edgeloop/v1/#', ...(homeAssistant === null ? [] : [`${homeAssistant}/device/#`])].map(
    (filter) => ({
      filter,
      reads: true,
      writes: true,
      retains: true,
    }),
  );

/** What the rules say of each topic that it could have: a last level is any id. */
function deviceRights(
  account: Account & { kind: 'device' },
  homeAssistant: HomeAssistantPrefix,
): TopicRight[] {
  const own = (Object.keys(TOPICS) as TopicName[]).map((name) => {
    const filter = topicFilter(name, account);
    return { filter, topic: filter.replace('+', SOME_ID) };
  });
  const told =
    homeAssistant === null
      ? []
      : [homeAssistantStatusTopic(homeAssistant), discoveryTopic(homeAssistant, account)];
  return [...own, ...told.map((topic) => ({ filter: topic, topic }))].flatMap(
    ({ filter, topic }) => {
      const writes = mayPublish(account, topic, { retain: false }, homeAssistant);
      const reads = mayReceive(account, topic, homeAssistant);
      if (!writes && !reads) return [];
      return {
        filter,
        reads,
        writes,
        retains: mayPublish(account, topic, { retain: true }, homeAssistant),
      };
    },
  );
}

/** A camera, a command and a command's id may all be called so. */
const SOME_ID = '00000000-0000-4000-8000-000000000000';

const readOnly = (filter: string): TopicRight => ({
  filter,
  reads: true,
  writes: false,
  retains: false,
});

const subscriberRights = ({ sites, devices }: Account & { kind: 'subscriber' }): TopicRight[] => [
  ...sites.map((site) => readOnly(`edgeloop/v1/${site}/#`)),
  ...devices.map((device) => readOnly(`edgeloop/v1/+/${device}/#`)),
];

/**
 * What devices of these sites and these devices tell Home Assistant; and its birth, the one word
 * that a subscriber has.
 */
const homeAssistantRights = (
  { sites, devices }: Account & { kind: 'subscriber' },
  homeAssistant: string,
): TopicRight[] => [
  { filter: homeAssistantStatusTopic(homeAssistant), reads: true, writes: true, retains: true },
  ...sites.map((site) => readOnly(discoveryTopic(homeAssistant, { site, device: ANY }))),
  ...devices.map((device) => readOnly(`${homeAssistant}/device/+/${device}/config`)),
];

/** In a filter. */
const ANY = '+' as DeviceId;
