import { ProtocolError } from './errors.ts';

declare const brand: unique symbol;
type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** A place with devices. Lower-case letters, digits and dashes, as all names in topics. */
export type SiteId = Brand<string, 'SiteId'>;
/** Unique over the fleet; also the MQTT client id and the authenticated name. */
export type DeviceId = Brand<string, 'DeviceId'>;
/** Unique on its device. */
export type CameraId = Brand<string, 'CameraId'>;
/** The place on a device that holds a model; cameras look through it. */
export type SlotId = Brand<string, 'SlotId'>;
/** A UUID born with an outbox file: sequence numbers are gap-free within it. */
export type StreamId = Brand<string, 'StreamId'>;
/** A UUID, new at each start of the agent. */
export type BootId = Brand<string, 'BootId'>;
/** A UUID, the same from `new` to `end`. */
export type OccurrenceId = Brand<string, 'OccurrenceId'>;
/**
 * What a device is asked to do: `snapshot`, `preview`, `restart`, `logs`. A name that the device
 * does not know is answered, not refused here.
 */
export type CommandName = Brand<string, 'CommandName'>;
/** A UUID, of one command: a second delivery of it does nothing. */
export type CommandId = Brand<string, 'CommandId'>;
/** A UUID, of samples that one camera took close in time. */
export type BurstId = Brand<string, 'BurstId'>;
/** What a model is trained for: it owns classes, samples, labels, datasets and models. */
export type TaskId = Brand<string, 'TaskId'>;
/** A UUID, of a training job. */
export type JobId = Brand<string, 'JobId'>;
/** A UUID, new whenever a trainer takes a job: what was reported under an older one is refused. */
export type LeaseId = Brand<string, 'LeaseId'>;
/** 64 lower-case hexadecimal digits. */
export type Sha256 = Brand<string, 'Sha256'>;
/** A model by its digest; with a head that was tuned on the device `<model>+<head>`. */
export type ServedModel = Brand<string, 'ServedModel'>;
/** RFC 3339, UTC, milliseconds: `2026-11-24T00:22:22.123Z`. */
export type Timestamp = Brand<string, 'Timestamp'>;

export const NAME = '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$';
export const UUID = '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
export const SHA256 = '^[0-9a-f]{64}$';
/** Each that fits is a time to `Date.parse`: one that is not must not come to a store. */
export const TIMESTAMP =
  '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$';

const NAME_WORDS = '1–63 lower-case letters, digits or inner dashes';
const UUID_WORDS = 'a lower-case UUID';
const SHA256_WORDS = '64 lower-case hexadecimal digits';
const TIMESTAMP_WORDS = 'a time as 2026-11-24T00:22:22.123Z';

/** What a pattern asks for, in words: nobody should have to read it. */
export const PATTERN_WORDS: ReadonlyMap<string, string> = new Map([
  [NAME, NAME_WORDS],
  [UUID, UUID_WORDS],
  [SHA256, SHA256_WORDS],
  [TIMESTAMP, TIMESTAMP_WORDS],
]);

interface IdTypes {
  site: SiteId;
  device: DeviceId;
  camera: CameraId;
  slot: SlotId;
  stream: StreamId;
  boot: BootId;
  occurrence: OccurrenceId;
  command: CommandName;
  commandId: CommandId;
  burst: BurstId;
  task: TaskId;
  job: JobId;
  lease: LeaseId;
  sha256: Sha256;
  timestamp: Timestamp;
}

const RULES: Record<keyof IdTypes, readonly [RegExp, string]> = {
  site: [new RegExp(NAME), NAME_WORDS],
  device: [new RegExp(NAME), NAME_WORDS],
  camera: [new RegExp(NAME), NAME_WORDS],
  slot: [new RegExp(NAME), NAME_WORDS],
  stream: [new RegExp(UUID), UUID_WORDS],
  boot: [new RegExp(UUID), UUID_WORDS],
  occurrence: [new RegExp(UUID), UUID_WORDS],
  command: [new RegExp(NAME), NAME_WORDS],
  commandId: [new RegExp(UUID), UUID_WORDS],
  burst: [new RegExp(UUID), UUID_WORDS],
  task: [new RegExp(NAME), NAME_WORDS],
  job: [new RegExp(UUID), UUID_WORDS],
  lease: [new RegExp(UUID), UUID_WORDS],
  sha256: [new RegExp(SHA256), SHA256_WORDS],
  timestamp: [new RegExp(TIMESTAMP), TIMESTAMP_WORDS],
};

/** Of what is no id: longer than any id but a digest. */
const SHOWN = 80;

/**
 * Parses an id at the border; inside, the branded type is trusted.
 * @throws ProtocolError `PROTOCOL_ID_INVALID`
 */
export function parseId<Kind extends keyof IdTypes>(kind: Kind, text: string): IdTypes[Kind] {
  if (!isId(kind, text)) {
    const [, expected] = RULES[kind];
    throw new ProtocolError(
      'PROTOCOL_ID_INVALID',
      `Expected ${expected} for ${kind}, received ${JSON.stringify(text.slice(0, SHOWN))}.`,
    );
  }
  return text as string as IdTypes[Kind];
}

/** Whether a text is one: for what may well be none. */
export function isId(kind: keyof IdTypes, text: string): boolean {
  return RULES[kind][0].test(text);
}

/** A point in time, from milliseconds since 1970, as it crosses processes. */
export function timestamp(epochMillis: number): Timestamp {
  return new Date(epochMillis).toISOString() as Timestamp;
}
