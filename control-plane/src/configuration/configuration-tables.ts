import type { DeviceId } from '@edgeloop/protocol';
import type { Generated } from 'kysely';

export interface ConfigurationTables {
  configurations: { name: string; created_at: number; created_by: string };
  configuration_versions: {
    /** Over all configurations. */
    version: Generated<number>;
    configuration: string;
    /** JSON: a merge patch over agent.yaml. */
    settings: string;
    note: string;
    created_at: number;
    created_by: string;
  };
  /** Only ever added to: the newest of a device is what holds. */
  configuration_assignments: {
    id: Generated<number>;
    device: DeviceId;
    /** Null: the device's own agent.yaml alone. */
    version: number | null;
    /** Who said so: `token:<name>`, `rollout:<id>`. */
    source: string;
    assigned_at: number;
    /** 1: it takes back what a rollout had changed; 0: it brings something. */
    takes_back: Generated<number>;
  };
  configuration_reports: {
    device: DeviceId;
    /** JSON: `ConfigurationReport`. */
    report: string;
  };
}
