import { randomUUID } from 'node:crypto';
import { type DeviceId, type EpochMillis, timestamp } from '@edgeloop/protocol';
import { ControlPlaneError } from '../errors.ts';
import { DEFAULT_LIMIT } from '../resources/page.ts';
import type {
  AssignmentList,
  DecisionPage,
  DecisionQuery,
  DeviceStates,
  DeviceStatesQuery,
  RolloutDevicePage,
  RolloutDeviceQuery,
  RolloutPage,
  RolloutQuery,
  RolloutRequest,
  RolloutView,
} from '../resources/rollout.ts';
import { decodeCursor, encodeCursor } from '../store/read/cursor.ts';
import type { EngineParts } from './engine/engine-parts.ts';
import { completePlan } from './plan/complete-plan.ts';
import type { RolloutPlan } from './plan/plan.ts';
import type { RolloutId } from './rollout-id.ts';
import {
  assignmentViewOf,
  decisionViewOf,
  deviceViewOf,
  readView,
  summaryOf,
} from './rollout-view.ts';
import { lastDecisions } from './store/last-decisions.ts';
import { readDeviceStates } from './store/read-device-states.ts';
import { storedRollout, tryReadRollout } from './store/rollout-row.ts';
import type { RolloutRow, StoredRollout } from './store/rollout-tables.ts';

const ASSIGNMENTS = 1000;

/** Rollouts as people plan and watch them. What moves them on is the engine, and orders. */
export class Rollouts {
  readonly #parts: EngineParts;
  readonly #nudge: () => void;

  constructor(parts: EngineParts, nudge: () => void) {
    this.#parts = parts;
    this.#nudge = nudge;
  }

  /**
   * @throws ControlPlaneError `REQUEST_INVALID`, `CONFLICT` for an id that is used, and what
   * `Lane.check` throws
   */
  async create({ rollout, ...asked }: RolloutRequest, by: string): Promise<RolloutView> {
    const { database, laneOf, now, events } = this.#parts;
    const plan = completePlan(asked);
    const lane = laneOf(plan.cargo);
    const row = newRow(plan, rollout ?? (randomUUID() as string as RolloutId), by, now());
    const { name, state } = row;
    await database.transaction().execute(async (trx) => {
      // What it brings may go until then, and not after: a rollout needs it.
      await lane.check(trx);
      await trx
        .insertInto('rollouts')
        .values(
          storedRollout({
            ...row,
            lane: lane.name,
            cargo: lane.wanted,
            last_said: await lane.lastSaid(trx),
          }),
        )
        .execute();
      await trx
        .insertInto('rollout_decisions')
        .values({
          rollout: row.id,
          at: row.created_at,
          event: 'create',
          by_whom: by,
          from_state: state,
          to_state: state,
          wave: 0,
          reason: 'Planned.',
          figures: '{}',
        })
        .execute();
    });
    const subject = { rollout: row.id };
    events.publish({ kind: 'rollout.created', subject, data: { name, state } });
    this.#nudge();
    return this.view(row.id);
  }

  /** @throws ControlPlaneError `NOT_FOUND` */
  async view(id: RolloutId): Promise<RolloutView> {
    return readView(this.#parts, await this.#parts.reader.find(id));
  }

  /** Newest first. @throws ControlPlaneError `REQUEST_INVALID` for a wrong cursor */
  async list({
    state,
    rollout,
    cursor,
    limit = DEFAULT_LIMIT,
  }: RolloutQuery): Promise<RolloutPage> {
    let query = this.#parts.database.selectFrom('rollouts').selectAll();
    if (state !== undefined) query = query.where('state', '=', state);
    if (rollout !== undefined) {
      // The first character behind the hexadecimal digits.
      const [from, to] = [rollout, `${rollout}g`] as [RolloutId, RolloutId];
      query = query.where('id', '>=', from).where('id', '<', to);
    }
    if (cursor !== undefined) {
      const [at, id] = decodeCursor('rollouts', ['number', 'string'] as const, cursor);
      query = query.where((is) =>
        is.or([
          is('created_at', '<', at),
          is.and([is('created_at', '=', at), is('id', '<', id as RolloutId)]),
        ]),
      );
    }
    const rows = await query
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    const last = rows.length === limit ? rows.at(-1) : undefined;
    const decided = await lastDecisions(
      this.#parts.database,
      rows.map(({ id }) => id),
    );
    return {
      rollouts: rows.map((row) => summaryOf(row, wavesOf(row), decided.get(row.id))),
      next: last ? encodeCursor('rollouts', [last.created_at, last.id]) : null,
    };
  }

  /** By name. @throws ControlPlaneError `NOT_FOUND`, `REQUEST_INVALID` for a wrong cursor */
  async devices(
    id: RolloutId,
    { state, wave, cursor, limit = DEFAULT_LIMIT }: RolloutDeviceQuery,
  ): Promise<RolloutDevicePage> {
    await this.#parts.reader.head(id);
    const [after = ''] = cursor ? decodeCursor('rollout-devices', ['string'], cursor) : [];
    let query = this.#parts.database
      .selectFrom('rollout_devices')
      .selectAll()
      .where('rollout', '=', id)
      .where('device', '>', after as DeviceId);
    if (state !== undefined) query = query.where('state', '=', state);
    if (wave !== undefined) query = query.where('wave', '=', wave);
    const rows = await query.orderBy('device').limit(limit).execute();
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return {
      devices: rows.map(deviceViewOf),
      next: last ? encodeCursor('rollout-devices', [last.device]) : null,
    };
  }

  /** Names by wave and state. @throws ControlPlaneError `NOT_FOUND` */
  async deviceStates(id: RolloutId, query: DeviceStatesQuery): Promise<DeviceStates> {
    const { reader, database, now } = this.#parts;
    await reader.head(id);
    const at = timestamp(now());
    return { at, ...(await readDeviceStates(database, id, query)) };
  }

  /** @throws ControlPlaneError `NOT_FOUND`, `REQUEST_INVALID` for a wrong cursor */
  async decisions(
    id: RolloutId,
    { order = 'oldest', cursor, limit = DEFAULT_LIMIT }: DecisionQuery,
  ): Promise<DecisionPage> {
    await this.#parts.reader.head(id);
    const list = `decisions-${order}`;
    let query = this.#parts.database
      .selectFrom('rollout_decisions')
      .selectAll()
      .where('rollout', '=', id);
    if (cursor !== undefined) {
      const [last] = decodeCursor(list, ['number'] as const, cursor);
      query = query.where('id', order === 'oldest' ? '>' : '<', last);
    }
    const rows = await query
      .orderBy('id', order === 'oldest' ? 'asc' : 'desc')
      .limit(limit)
      .execute();
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return {
      decisions: rows.map(decisionViewOf),
      next: last ? encodeCursor(list, [last.id]) : null,
    };
  }

  /**
   * What a device was assigned.
   * @throws ControlPlaneError `NOT_FOUND` for a device that nobody knows
   */
  async assignments(device: DeviceId): Promise<AssignmentList> {
    const { database, assignments } = this.#parts;
    const rows = await assignments.history(device, ASSIGNMENTS);
    if (rows.length === 0) {
      const known = await database
        .selectFrom('devices')
        .select('device')
        .where('device', '=', device)
        .executeTakeFirst();
      if (!known) {
        const message = `Expected a device that has enrolled or connected before, received ${device}.`;
        throw new ControlPlaneError('NOT_FOUND', message);
      }
    }
    return { assignments: rows.map(assignmentViewOf) };
  }
}

/** Of one whose plan can't be read, as many as have begun: the list is of use without it. */
function wavesOf(row: StoredRollout): number {
  const read = tryReadRollout(row);
  return read instanceof ControlPlaneError ? row.wave + 1 : read.plan.waves.length;
}

function newRow(plan: RolloutPlan, id: RolloutId, by: string, now: EpochMillis) {
  const starts = { now, 'by hand': null } as const;
  const startAt = plan.start in starts ? starts[plan.start as 'now'] : Date.parse(plan.start);
  return {
    id,
    name: plan.name,
    plan,
    priority: plan.priority,
    state: plan.approval ? 'awaiting-approval' : 'scheduled',
    paused_from: null,
    revision: 1,
    wave: 0,
    cutoffs: [],
    since: now,
    wave_began_at: null,
    created_at: now,
    created_by: by,
    approved_at: null,
    approved_by: null,
    start_at: startAt,
    started_at: null,
    ended_at: null,
    reason: null,
  } satisfies Omit<RolloutRow, 'lane' | 'cargo' | 'last_said'>;
}
