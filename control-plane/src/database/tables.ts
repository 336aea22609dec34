import type { AccessTables } from '../access/access-tables.ts';
import type { PeopleTables } from '../access/people/people-tables.ts';
import type { SessionTables } from '../access/sessions/session-tables.ts';
import type { AccountTables } from '../accounts/account-tables.ts';
import type { AuditTables } from '../audit/audit-tables.ts';
import type { ConfigurationTables } from '../configuration/configuration-tables.ts';
import type { DatasetTables } from '../datasets/dataset-tables.ts';
import type { DesiredTables } from '../desired/desired-tables.ts';
import type { CommandTables } from '../device-commands/command-tables.ts';
import type { DeviceTables } from '../devices/device-tables.ts';
import type { LeaseTables } from '../ingest/lease/lease-tables.ts';
import type { JobTables } from '../jobs/job-tables.ts';
import type { LabelTables } from '../labels/label-tables.ts';
import type { PictureTables } from '../pictures/picture-tables.ts';
import type { RegistryTables } from '../registry/registry-tables.ts';
import type { RetentionTables } from '../retention/retention-tables.ts';
import type { MeasureTables } from '../rollouts/measure/measure-tables.ts';
import type { RolloutTables } from '../rollouts/store/rollout-tables.ts';
import type { SampleTables } from '../samples/sample-tables.ts';
import type { TrustedTimeTables } from '../trusted-time/trusted-time-tables.ts';
import type { WebhookTables } from '../webhooks/webhook-tables.ts';

/** Every table that the stores over Kysely use, by concept. */
export type Tables = AccessTables &
  PeopleTables &
  SessionTables &
  AuditTables &
  AccountTables &
  DeviceTables &
  RegistryTables &
  SampleTables &
  LabelTables &
  DatasetTables &
  JobTables &
  RolloutTables &
  DesiredTables &
  MeasureTables &
  WebhookTables &
  ConfigurationTables &
  PictureTables &
  CommandTables &
  LeaseTables &
  RetentionTables &
  TrustedTimeTables;
