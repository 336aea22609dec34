import type { Static, TSchema } from 'typebox';
import { ProtocolError } from './errors.ts';
import { type CameraId, type DeviceId, parseId, type SiteId } from './ids.ts';
import { Delivered, Tombstone } from './messages/delivery.ts';
import { Detection } from './messages/detection.ts';
import { Health } from './messages/health.ts';
import { CameraState, Reported, Status } from './messages/status.ts';

interface TopicRow {
  /** One topic a camera: the camera's id follows the name. */
  readonly perCamera: boolean;
  readonly from: 'device' | 'control plane';
  readonly retained: boolean;
  readonly qos: 0 | 1;
  readonly schema: TSchema;
  readonly summary: string;
}

/** Every topic below `edgeloop/v1/<site>/<device>/`: the one table that builder, parser, validators and documents come from. */
export const TOPICS = {
  status: {
    perCamera: false,
    from: 'device',
    retained: true,
    qos: 1,
    schema: Status,
    summary: 'online at birth, offline by the will',
  },
  detections: {
    perCamera: true,
    from: 'device',
    retained: false,
    qos: 1,
    schema: Detection,
    summary: 'occurrences (new, update, end), or one result a frame',
  },
  tombstones: {
    perCamera: false,
    from: 'device',
    retained: false,
    qos: 1,
    schema: Tombstone,
    summary: 'rows of the stream that will never come, and why',
  },
  state: {
    perCamera: true,
    from: 'device',
    retained: true,
    qos: 1,
    schema: CameraState,
    summary: 'the current label and score',
  },
  health: {
    perCamera: false,
    from: 'device',
    retained: false,
    qos: 1,
    schema: Health,
    summary: 'cumulative counters and histograms',
  },
  reported: {
    perCamera: false,
    from: 'device',
    retained: true,
    qos: 1,
    schema: Reported,
    summary: 'the models and cameras that run',
  },
  delivered: {
    perCamera: false,
    from: 'control plane',
    retained: true,
    qos: 1,
    schema: Delivered,
    summary: 'how far the stream is stored',
  },
} as const satisfies Record<string, TopicRow>;

export type TopicName = keyof typeof TOPICS;
export type MessageOf<Name extends TopicName> = Static<(typeof TOPICS)[Name]['schema']>;
type CameraTopic = {
  [Name in TopicName]: (typeof TOPICS)[Name]['perCamera'] extends true ? Name : never;
}[TopicName];

export interface DeviceAddress {
  readonly site: SiteId;
  readonly device: DeviceId;
}
export interface CameraAddress extends DeviceAddress {
  readonly camera: CameraId;
}
export type TopicAddress<Name extends TopicName> = Name extends CameraTopic
  ? CameraAddress
  : DeviceAddress;

const PREFIX = 'edgeloop';
const VERSION = 'v1';

/** `edgeloop/v1/<site>/<device>/<name>[/<camera>]`. */
export function buildTopic<Name extends TopicName>(
  name: Name,
  address: TopicAddress<Name>,
): string {
  const camera = 'camera' in address && TOPICS[name].perCamera ? `/${address.camera}` : '';
  return `${PREFIX}/${VERSION}/${address.site}/${address.device}/${name}${camera}`;
}

/** The filter that subscribes to a topic of every device, or of one. */
export function topicFilter(name: TopicName, address?: DeviceAddress): string {
  const device = address ? `${address.site}/${address.device}` : '+/+';
  return `${PREFIX}/${VERSION}/${device}/${name}${TOPICS[name].perCamera ? '/+' : ''}`;
}

export type ParsedTopic = {
  [Name in TopicName]: { readonly name: Name } & TopicAddress<Name>;
}[TopicName];

/**
 * The reverse of `buildTopic`.
 * @throws ProtocolError `PROTOCOL_VERSION_UNKNOWN` for another major than v1, `PROTOCOL_TOPIC_INVALID` or
 * `PROTOCOL_ID_INVALID` for anything else that is not in the table.
 */
export function parseTopic(topic: string): ParsedTopic {
  const [prefix, version, site, device, name, camera, ...rest] = topic.split('/');
  if (prefix === PREFIX && version !== VERSION && /^v\d+$/.test(version ?? '')) {
    throw new ProtocolError(
      'PROTOCOL_VERSION_UNKNOWN',
      `Expected protocol major ${VERSION} in a topic, received ${version}. One side is newer: update the other.`,
    );
  }
  const row = name !== undefined && Object.hasOwn(TOPICS, name) ? TOPICS[name as TopicName] : null;
  const fits = row?.perCamera ? camera !== undefined && rest.length === 0 : camera === undefined;
  if (prefix !== PREFIX || version !== VERSION || !row || !fits) {
    throw new ProtocolError(
      'PROTOCOL_TOPIC_INVALID',
      `Expected edgeloop/v1/<site>/<device>/<one of ${Object.keys(TOPICS).join(', ')}>[/<camera>] for a topic, received ${JSON.stringify(topic.slice(0, 200))}.`,
    );
  }
  return {
    name,
    site: parseId('site', site ?? ''),
    device: parseId('device', device ?? ''),
    ...(row.perCamera && { camera: parseId('camera', camera ?? '') }),
  } as ParsedTopic;
}
