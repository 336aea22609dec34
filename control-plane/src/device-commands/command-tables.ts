import type { CommandId, CommandName, CommandOutcome, DeviceId } from '@edgeloop/protocol';
import type { Generated } from 'kysely';

export interface CommandTables {
  device_commands: {
    /** Rises: the order of asking. */
    number: Generated<number>;
    id: CommandId;
    device: DeviceId;
    command: CommandName;
    /** JSON: camera, seconds, fps, lines. */
    parameters: string;
    state: 'pending' | CommandOutcome;
    created_at: number;
    created_by: string;
    expires_at: number;
    acknowledged_at: number | null;
    /** JSON: `Ack`; null: the device has not said anything. */
    ack: string | null;
  };
  /** One for each device: the newest that was fetched. */
  device_logs: {
    device: DeviceId;
    command: CommandId;
    at: number;
    received_at: number;
    /** JSON: an array of texts. */
    lines: string;
  };
}
