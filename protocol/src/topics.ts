import type { Static, TSchema } from 'typebox';
import { ProtocolError } from './errors.ts';
import {
  type CameraId,
  type CommandId,
  type CommandName,
  type DeviceId,
  parseId,
  type SiteId,
} from './ids.ts';
import { Ack, Command } from './messages/command.ts';
import { Delivered, Tombstone } from './messages/delivery.ts';
import { Desired } from './messages/desired.ts';
import { Detection } from './messages/detection.ts';
import { Health } from './messages/health.ts';
import { Image } from './messages/image.ts';
import { Sample } from './messages/sample.ts';
import { Shadow } from './messages/shadow.ts';
import { CameraState, Reported, Status } from './messages/status.ts';

/** What may follow a topic's name. */
interface Suffixes {
  readonly camera: CameraId;
  readonly command: CommandName;
  readonly commandId: CommandId;
}

interface TopicRow {
  /**
   * What follows the name, so that there is one topic for each: `detections/<camera>`. Null: one
   * topic a device.
   */
  readonly per: keyof Suffixes | null;
  readonly from: 'device' | 'control plane';
  readonly retained: boolean;
  readonly qos: 0 | 1;
  readonly schema: TSchema;
  readonly summary: string;
}

/**
 * Every topic below `edgeloop/v1/<site>/<device>/`: the one table that builder, parser, validators
 * and documents come from.
 */
export const TOPICS = {
  status: {
    per: null,
    from: 'device',
    retained: true,
    qos: 1,
    schema: Status,
    summary: 'online at birth, offline by the will',
  },
  detections: {
    per: 'camera',
    from: 'device',
    retained: false,
    qos: 1,
    schema: Detection,
    summary: 'occurrences (new, update, end), or one result a frame',
  },
  tombstones: {
    per: null,
    from: 'device',
    retained: false,
    qos: 1,
    schema: Tombstone,
    summary: 'rows of the stream that will never come, and why',
  },
  state: {
    per: 'camera',
    from: 'device',
    retained: true,
    qos: 1,
    schema: CameraState,
    summary: 'the current label and score',
  },
  image: {
    per: 'camera',
    from: 'device',
    retained: true,
    qos: 0,
    schema: Image,
    summary: 'a small JPEG of the current occurrence, or the last one, when switched on',
  },
  health: {
    per: null,
    from: 'device',
    retained: false,
    qos: 1,
    schema: Health,
    summary: 'cumulative counters and histograms',
  },
  samples: {
    per: null,
    from: 'device',
    retained: false,
    qos: 1,
    schema: Sample,
    summary: 'a frame worth labelling was kept, and why',
  },
  shadow: {
    per: null,
    from: 'device',
    retained: false,
    qos: 1,
    schema: Shadow,
    summary: 'how a candidate agrees with the model that decides',
  },
  reported: {
    per: null,
    from: 'device',
    retained: true,
    qos: 1,
    schema: Reported,
    summary: 'the models, cameras and configuration that run',
  },
  desired: {
    per: null,
    from: 'control plane',
    retained: true,
    qos: 1,
    schema: Desired,
    summary: 'what should run: models, configuration, budgets',
  },
  delivered: {
    per: null,
    from: 'control plane',
    retained: true,
    qos: 1,
    schema: Delivered,
    summary: 'how far the stream is stored',
  },
  cmd: {
    per: 'command',
    from: 'control plane',
    retained: false,
    qos: 1,
    schema: Command,
    summary: 'something to do once: snapshot, preview, restart, logs, label, fit-head, drop-head',
  },
  ack: {
    per: 'commandId',
    from: 'device',
    retained: false,
    qos: 1,
    schema: Ack,
    summary: 'what became of a command',
  },
} as const satisfies Record<string, TopicRow>;

export type TopicName = keyof typeof TOPICS;
/** Those whose payload is JSON: all but the picture. */
export type JsonTopicName = Exclude<TopicName, 'image'>;
export type MessageOf<Name extends TopicName> = Static<(typeof TOPICS)[Name]['schema']>;

export interface DeviceAddress {
  readonly site: SiteId;
  readonly device: DeviceId;
}
type SuffixOf<Name extends TopicName> = (typeof TOPICS)[Name]['per'];
/** Who and, where there is one topic for each, which: `camera`, `command` or `commandId`. */
export type TopicAddress<Name extends TopicName> =
  SuffixOf<Name> extends infer Key extends keyof Suffixes
    ? DeviceAddress & Pick<Suffixes, Key>
    : DeviceAddress;

export const PREFIX = 'edgeloop';
export const VERSION = 'v1';

/** `edgeloop/v1/<site>/<device>/<name>[/<camera, command or command id>]`. */
export function buildTopic<Name extends TopicName>(
  name: Name,
  address: TopicAddress<Name>,
): string {
  const { per } = TOPICS[name];
  const suffix = per ? `/${(address as Partial<Suffixes>)[per]}` : '';
  return `${PREFIX}/${VERSION}/${address.site}/${address.device}/${name}${suffix}`;
}

/** The filter that subscribes to a topic of every device, or of one. */
export function topicFilter(name: TopicName, address?: DeviceAddress): string {
  const device = address ? `${address.site}/${address.device}` : '+/+';
  return `${PREFIX}/${VERSION}/${device}/${name}${TOPICS[name].per ? '/+' : ''}`;
}

export type ParsedTopic = {
  [Name in TopicName]: { readonly name: Name } & TopicAddress<Name>;
}[TopicName];

/**
 * The reverse of `buildTopic`.
 * @throws ProtocolError `PROTOCOL_VERSION_UNKNOWN` for another major than v1,
 * `PROTOCOL_TOPIC_INVALID` or `PROTOCOL_ID_INVALID` for anything else that is not in the table.
 */
export function parseTopic(topic: string): ParsedTopic {
  const [prefix, version, site, device, name, suffix, ...rest] = topic.split('/');
  if (prefix === PREFIX && version !== VERSION && /^v\d+$/.test(version ?? '')) {
    throw new ProtocolError(
      'PROTOCOL_VERSION_UNKNOWN',
      `Expected protocol major ${VERSION} in a topic, received ${version}. One side is newer: update the other.`,
    );
  }
  const row = name !== undefined && Object.hasOwn(TOPICS, name) ? TOPICS[name as TopicName] : null;
  const fits = row?.per ? suffix !== undefined && rest.length === 0 : suffix === undefined;
  if (prefix !== PREFIX || version !== VERSION || !row || !fits) {
    throw new ProtocolError(
      'PROTOCOL_TOPIC_INVALID',
      `Expected edgeloop/v1/<site>/<device>/<one of ${Object.keys(TOPICS).join(', ')}>[/<${suffixNames()}>] for a topic, received ${JSON.stringify(topic.slice(0, 200))}.`,
    );
  }
  return {
    name,
    site: parseId('site', site ?? ''),
    device: parseId('device', device ?? ''),
    ...(row.per && { [row.per]: parseId(row.per, suffix ?? '') }),
  } as ParsedTopic;
}

function suffixNames(): string {
  const suffixes = Object.values(TOPICS).flatMap(({ per }) => per ?? []);
  return [...new Set(suffixes)].join(' or ');
}
