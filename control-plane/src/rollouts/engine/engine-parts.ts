import type { DeviceId, EpochMillis } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Database } from '../../database/open-stores.ts';
import type { EventBus } from '../../events/event-bus.ts';
import type { AliasStore } from '../../registry/alias-store.ts';
import type { AssignmentStore } from '../assignments/assignment-store.ts';
import type { Lane } from '../lanes/lane.ts';
import type { WaveMeasures } from '../measure/wave-measures.ts';
import type { Cargo } from '../plan/plan.ts';
import type { FleetReader } from '../store/fleet-reader.ts';
import type { RolloutReader } from '../store/rollout-reader.ts';

/** What the steps of a rollout work with. */
export interface EngineParts {
  readonly database: Database;
  readonly reader: RolloutReader;
  readonly fleet: FleetReader;
  readonly assignments: AssignmentStore;
  readonly aliases: AliasStore;
  readonly measures: WaveMeasures;
  readonly laneOf: (cargo: Cargo) => Lane;
  /** What these devices should run may have changed. */
  readonly tell: (devices: Iterable<DeviceId>) => void;
  readonly events: Pick<EventBus, 'publish'>;
  readonly now: () => EpochMillis;
  readonly log: Logger;
  /** Something is on disk, and nobody knows of it yet. */
  readonly checkpoint: (key: string) => void;
}
