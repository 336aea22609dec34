import type { AssignmentPurpose, DeviceId, KeyId, Sha256, SlotId } from '@edgeloop/protocol';
import type { Generated } from 'kysely';
import type { RolloutPlan } from '../plan/plan.ts';
import type { RolloutId } from '../rollout-id.ts';
import type { DeviceOutcome } from '../states/device-outcome.ts';
import type { DeviceState } from '../states/device-states.ts';
import type { RolloutState } from '../states/rollout-states.ts';

interface RolloutsTable {
  id: RolloutId;
  name: string;
  /** What it moves of a device: `model/<slot>`, `configuration`. */
  lane: string;
  /** What it brings, in a word: the model's digest, the configuration's version. */
  cargo: string;
  /** JSON: `RolloutPlan`. */
  plan: string;
  priority: number;
  state: RolloutState;
  /** Of a paused one, where it goes on. */
  paused_from: RolloutState | null;
  /** Rises with each change: of two who want to change it, one does. */
  revision: number;
  /** Of the plan's waves the one that is under way, from 0. */
  wave: number;
  /** JSON: of each wave by percent, the place below which a device belongs to it. */
  cutoffs: string;
  /** When it came into its state. */
  since: number;
  wave_began_at: number | null;
  created_at: number;
  created_by: string;
  /**
   * The last assignment of a configuration to any device when it was planned; null: it brings a
   * model.
   */
  last_said: number | null;
  approved_at: number | null;
  approved_by: string | null;
  /** When it is to start; null: by hand. */
  start_at: number | null;
  started_at: number | null;
  ended_at: number | null;
  /** Why it does not go on. */
  reason: string | null;
}

interface RolloutDevicesTable {
  rollout: RolloutId;
  device: DeviceId;
  wave: number;
  state: DeviceState;
  since: number;
  /** Of what it was told last, perhaps by a rollout that it was taken from; null: nothing yet. */
  generation: number | null;
  /**
   * What it ran before: the model's digest, the configuration's version; null: nothing that is
   * known.
   */
  before_value: string | null;
  told_at: number | null;
  /** Of its last move: numbers rise over all moves of the device, in whichever rollout. */
  move_number: number;
  /** Of the move that told it something; null where `told_at` is. */
  told_number: number | null;
  /** How often it was told the new. */
  attempts: number;
  /** How it ended, or why it is late. */
  outcome: DeviceOutcome | null;
  /** JSON: `Reason`. */
  reason: string | null;
}

interface RolloutDecisionsTable {
  id: Generated<number>;
  rollout: RolloutId;
  at: number;
  event: string;
  /** `token:<name>`, or `gate:<kind>`, or `engine`. */
  by_whom: string;
  from_state: RolloutState;
  to_state: RolloutState;
  wave: number;
  reason: string;
  /** JSON: what it was made from. */
  figures: string;
}

interface AssignmentsTable {
  device: DeviceId;
  slot: SlotId;
  purpose: AssignmentPurpose;
  /** Rises, for each slot and purpose of a device. */
  generation: number;
  model: Sha256;
  rollout: RolloutId | null;
  /** Of a shadow: of so many frames one. */
  every: number | null;
  issued_at: number;
  expires_at: number;
  key_id: KeyId;
  /** JSON: `SignedAssignment`. */
  assignment: string;
  /** When the device had said that it took it. */
  taken_at: number | null;
  /** When another took its place, or nothing did. */
  ended_at: number | null;
}

export interface RolloutTables {
  rollouts: RolloutsTable;
  rollout_devices: RolloutDevicesTable;
  rollout_decisions: RolloutDecisionsTable;
  assignments: AssignmentsTable;
}

/** A rollout as the database has it. */
export type StoredRollout = { [Column in keyof RolloutsTable]: RolloutsTable[Column] };
/** Of a rollout what is read as it is, also where its plan is damaged. */
export type RolloutHead = Omit<StoredRollout, 'plan' | 'cutoffs'>;
/** A rollout as `readRollout` gives it: what is JSON in the database is read. */
export interface RolloutRow extends RolloutHead {
  plan: RolloutPlan;
  cutoffs: readonly (number | null)[];
}
export type RolloutDeviceRow = {
  [Column in keyof RolloutDevicesTable]: RolloutDevicesTable[Column];
};
export type AssignmentRow = { [Column in keyof AssignmentsTable]: AssignmentsTable[Column] };
export type DecisionRow = {
  [Column in Exclude<keyof RolloutDecisionsTable, 'id'>]: RolloutDecisionsTable[Column];
};
