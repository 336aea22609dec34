import type { DeviceId } from '@edgeloop/protocol';
import type { Database } from '../../database/open-stores.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { RolloutId } from '../rollout-id.ts';
import type { DeviceOutcome } from '../states/device-outcome.ts';
import {
  type DeviceState,
  HEARD_STATES,
  MOVING_STATES,
  UNSETTLED_STATES,
} from '../states/device-states.ts';
import { CLAIMING_STATES, LIVE_STATES } from '../states/rollout-states.ts';
import { findMovedOn } from './find-moved-on.ts';
import { findRollout, findRolloutHead } from './find-rollout.ts';
import { tryReadRollout } from './rollout-row.ts';
import type { RolloutDeviceRow, RolloutHead, RolloutRow } from './rollout-tables.ts';

/** How many devices of a wave are in a state. */
export interface DeviceCount {
  readonly wave: number;
  readonly state: DeviceState;
  readonly outcome: DeviceOutcome | null;
  readonly devices: number;
}

/** In which a rollout has left a device to others. */
const FREE_STATES = ['skipped', 'rolled-back'] as const satisfies DeviceState[];

/** A device that another rollout has. */
export interface Claim {
  readonly rollout: RolloutId;
  readonly device: DeviceId;
}

/** What the engine and the API read of rollouts. */
export class RolloutReader {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws ControlPlaneError `NOT_FOUND`, `DATA_DAMAGED` where its plan can't be read */
  find(id: RolloutId): Promise<RolloutRow> {
    return findRollout(this.#database, id);
  }

  /** Also of one whose plan can't be read. @throws ControlPlaneError `NOT_FOUND` */
  head(id: RolloutId): Promise<RolloutHead> {
    return findRolloutHead(this.#database, id);
  }

  /**
   * Those that the engine has something to do for, the most urgent first; but for damaged ones: see
   * `endDamaged`.
   */
  async live(): Promise<RolloutRow[]> {
    const rows = await this.#database
      .selectFrom('rollouts')
      .selectAll()
      .where('state', 'in', LIVE_STATES)
      .orderBy('priority', 'desc')
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.flatMap((stored) => {
      const row = tryReadRollout(stored);
      return row instanceof ControlPlaneError ? [] : [row];
    });
  }

  async counts(rollout: RolloutId): Promise<DeviceCount[]> {
    const rows = await this.#database
      .selectFrom('rollout_devices')
      .select(({ fn }) => ['wave', 'state', 'outcome', fn.countAll<number>().as('devices')])
      .where('rollout', '=', rollout)
      .groupBy(['wave', 'state', 'outcome'])
      .orderBy('wave')
      .execute();
    return rows.map((row) => ({ ...row, devices: Number(row.devices) }));
  }

  /** Devices in a state, in the order of their waves. */
  inState(
    rollout: RolloutId,
    states: readonly DeviceState[],
    { throughWave, limit }: { readonly throughWave: number; readonly limit: number },
  ): Promise<RolloutDeviceRow[]> {
    return this.#of(rollout, states)
      .selectAll()
      .where('wave', '<=', throughWave)
      .orderBy('wave')
      .orderBy('device')
      .limit(limit)
      .execute();
  }

  /** Whether a device is in a state. */
  async hasAny(
    rollout: RolloutId,
    states: readonly DeviceState[],
    throughWave: number,
  ): Promise<boolean> {
    const row = await this.#of(rollout, states)
      .select('device')
      .where('wave', '<=', throughWave)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Of those in a state, the ones that it told something. */
  touched(
    rollout: RolloutId,
    states: readonly DeviceState[],
    limit: number,
  ): Promise<RolloutDeviceRow[]> {
    return this.#of(rollout, states)
      .selectAll()
      .where('generation', 'is not', null)
      .orderBy('wave')
      .orderBy('device')
      .limit(limit)
      .execute();
  }

  /** See `findMovedOn`. */
  movedOn(
    row: Pick<RolloutRow, 'id' | 'lane'>,
    devices: readonly DeviceId[],
  ): Promise<ReadonlySet<DeviceId>> {
    return findMovedOn(this.#database, row, devices);
  }

  /**
   * Whether one that is to go back can still say that it has: it is neither revoked nor about to
   * leave.
   */
  async awaitsBack(rollout: RolloutId): Promise<boolean> {
    const row = await this.#database
      .selectFrom('rollout_devices as ours')
      .leftJoin('accounts', 'accounts.name', 'ours.device')
      .leftJoin('enrolments', 'enrolments.device', 'ours.device')
      .select('ours.device')
      .where('ours.rollout', '=', rollout)
      .where('ours.state', '=', 'rolling-back')
      .where('accounts.revoked_at', 'is', null)
      .where('enrolments.leaving_at', 'is', null)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** How many are at it, of whichever wave. */
  async moving(rollout: RolloutId): Promise<number> {
    const { devices } = await this.#of(rollout, MOVING_STATES)
      .select(({ fn }) => fn.countAll<number>().as('devices'))
      .executeTakeFirstOrThrow();
    return Number(devices);
  }

  /** Names of the devices of one wave. */
  async namesOfWave(rollout: RolloutId, wave: number): Promise<DeviceId[]> {
    const rows = await this.#database
      .selectFrom('rollout_devices')
      .select('device')
      .where('rollout', '=', rollout)
      .where('wave', '=', wave)
      .where('state', '<>', 'skipped')
      .orderBy('device')
      .execute();
    return rows.map(({ device }) => device);
  }

  /**
   * Skipped because they were offline, and online now; but for those that another rollout has
   * meanwhile.
   */
  async returned(
    { id, lane }: Pick<RolloutRow, 'id' | 'lane'>,
    limit: number,
  ): Promise<RolloutDeviceRow[]> {
    return this.#database
      .selectFrom('rollout_devices')
      .innerJoin('devices', 'devices.device', 'rollout_devices.device')
      .selectAll('rollout_devices')
      .where('rollout', '=', id)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('rollout_devices as theirs')
              .innerJoin('rollouts as other', 'other.id', 'theirs.rollout')
              .select('theirs.device')
              .whereRef('theirs.device', '=', 'rollout_devices.device')
              .where('other.lane', '=', lane)
              .where('other.id', '<>', id)
              .where('other.state', 'in', CLAIMING_STATES)
              .where('theirs.state', 'not in', FREE_STATES),
          ),
        ),
      )
      .where('rollout_devices.state', '=', 'skipped')
      .where('outcome', '=', 'offline')
      .where('devices.state', '=', 'online')
      .limit(limit)
      .execute();
  }

  /** Of these devices, what the rollouts that may still hear of them know. */
  async heard(devices: readonly DeviceId[]): Promise<RolloutDeviceRow[]> {
    if (devices.length === 0) return [];
    return (
      this.#database
        .selectFrom('rollout_devices')
        .innerJoin('rollouts', 'rollouts.id', 'rollout_devices.rollout')
        .selectAll('rollout_devices')
        .where('device', 'in', devices)
        .where('rollout_devices.state', 'in', HEARD_STATES)
        .where('generation', 'is not', null)
        // What ended is history once its rollout has.
        .where((is) =>
          is.or([
            is('rollouts.state', 'in', CLAIMING_STATES),
            is('rollout_devices.state', 'not in', ['done', 'failed']),
          ]),
        )
        .execute()
    );
  }

  /** Devices of which something may have been missed: told, and not ended. */
  async unsettled(after: string, limit: number): Promise<DeviceId[]> {
    const rows = await this.#database
      .selectFrom('rollout_devices')
      .select('device')
      .distinct()
      .where('state', 'in', UNSETTLED_STATES)
      .where('device', '>', after as DeviceId)
      .orderBy('device')
      .limit(limit)
      .execute();
    return rows.map(({ device }) => device);
  }

  /** Of these devices, those that other rollouts of a lane have for themselves. */
  claims(
    lane: string,
    rollout: RolloutId,
    devices: readonly DeviceId[],
  ): Promise<(Claim & RolloutDeviceRow)[]> {
    return this.#database
      .selectFrom('rollout_devices')
      .innerJoin('rollouts', 'rollouts.id', 'rollout_devices.rollout')
      .selectAll('rollout_devices')
      .where('device', 'in', devices)
      .where('lane', '=', lane)
      .where('rollouts.id', '<>', rollout)
      .where('rollouts.state', 'in', CLAIMING_STATES)
      .where('rollout_devices.state', 'not in', FREE_STATES)
      .execute();
  }

  /** A rollout's devices in a state. */
  #of(rollout: RolloutId, states: readonly DeviceState[]) {
    return this.#database
      .selectFrom('rollout_devices')
      .where('rollout', '=', rollout)
      .where('state', 'in', states);
  }
}
