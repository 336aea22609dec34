import Type from 'typebox';
import {
  type BootId,
  type BurstId,
  type CameraId,
  type CommandId,
  type CommandName,
  type DeviceId,
  type JobId,
  type LeaseId,
  NAME,
  type OccurrenceId,
  SHA256,
  type Sha256,
  type SiteId,
  type SlotId,
  type StreamId,
  type TaskId,
  TIMESTAMP,
  type Timestamp,
  UUID,
} from './ids.ts';

const name = <Id>(description: string) =>
  Type.Unsafe<Id>(Type.String({ pattern: NAME, description }));
const uuid = <Id>(description: string) =>
  Type.Unsafe<Id>(Type.String({ pattern: UUID, description }));

/** The schemas of the ids, for messages, configuration and HTTP. */
export const Ids = {
  site: name<SiteId>('Site'),
  device: name<DeviceId>('Device id = MQTT client id'),
  camera: name<CameraId>('Camera of the device'),
  slot: name<SlotId>('Model slot of the device'),
  stream: uuid<StreamId>('Born with the outbox file'),
  boot: uuid<BootId>('New at each start of the agent'),
  occurrence: uuid<OccurrenceId>('The same from new to end'),
  command: name<CommandName>('What a device is asked to do'),
  commandId: uuid<CommandId>('Of one command: a second delivery does nothing'),
  burst: uuid<BurstId>('Of samples that one camera took close in time'),
  task: name<TaskId>('Task'),
  job: uuid<JobId>('Training job'),
  lease: uuid<LeaseId>('New whenever a trainer takes the job'),
  sha256: Type.Unsafe<Sha256>(
    Type.String({ pattern: SHA256, description: 'SHA-256, hexadecimal, lower case' }),
  ),
  timestamp: Type.Unsafe<Timestamp>(
    Type.String({ pattern: TIMESTAMP, description: 'RFC 3339, UTC, milliseconds' }),
  ),
} as const;
