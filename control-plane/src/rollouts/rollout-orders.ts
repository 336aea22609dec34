import { counted } from '@edgeloop/protocol/counted';
import { isSamePrincipal } from '../access/is-same-principal.ts';
import { ControlPlaneError } from '../errors.ts';
import type { AliasChange } from '../registry/alias-store.ts';
import type { RolloutView } from '../resources/rollout.ts';
import type { EngineParts } from './engine/engine-parts.ts';
import { requireFree } from './engine/steps/conflicts.ts';
import { goOn } from './engine/steps/go-on.ts';
import { startRollout } from './engine/steps/start-rollout.ts';
import { prepareBack } from './engine/steps/take-back.ts';
import { takeStep } from './engine/take-step.ts';
import { isRetryablePayload } from './orders/is-retryable-payload.ts';
import { mayOrder, type Order } from './orders/order.ts';
import { type OrderEffect, orderEffects } from './orders/order-effects.ts';
import type { RolloutId } from './rollout-id.ts';
import { readView } from './rollout-view.ts';
import { UNDER_WAY_STATES } from './states/device-states.ts';
import { deviceReach } from './store/device-reach.ts';
import { type DeviceCount, RolloutReader } from './store/rollout-reader.ts';
import type { RolloutRow } from './store/rollout-tables.ts';

export type { Order } from './orders/order.ts';

/** Who orders it, and why. */
export interface Ordered {
  readonly by: string;
  readonly reason?: string | undefined;
}

interface Reasoned {
  readonly by: string;
  readonly reason: string;
  /** In their own words; absent: they said nothing. */
  readonly said: string | undefined;
  /** Where the devices were when it was ordered. */
  readonly figures: { readonly counts: readonly DeviceCount[] };
}

type Carry = (parts: EngineParts, row: RolloutRow, ordered: Reasoned) => Promise<RolloutRow | null>;

/** Somebody else may be first, again and again; not so often. */
const TRIES = 5;

const CARRY: Readonly<Record<Order, Carry>> = {
  approve: async (parts, row, ordered) => {
    if (await isSamePrincipal(parts.database, ordered.by, row.created_by)) throw ownRollout(row);
    const changes = { approved_at: parts.now(), approved_by: ordered.by };
    return takeStep(parts, row, { decision: { event: 'approve', ...ordered }, changes });
  },
  start: (parts, row, { by, said }) =>
    mayOrder(row, 'start') ? startRollout(parts, row, by, said) : Promise.resolve(null),
  pause: (parts, row, ordered) => {
    const changes = { paused_from: row.state, reason: ordered.reason };
    return takeStep(parts, row, { decision: { event: 'pause', ...ordered }, changes });
  },
  resume: (parts, row, ordered) =>
    takeStep(parts, row, {
      decision: { event: 'resume', ...ordered },
      changes: { paused_from: null, reason: null },
    }),
  retry,
  promote: (parts, row, ordered) =>
    mayOrder(row, 'promote') ? goOn(parts, row, ordered) : Promise.resolve(null),
  abort,
  'roll-back': rollBack,
};

/** Orders of people: carried out in the state that they are meant for, or refused. */
export class RolloutOrders {
  readonly #parts: EngineParts;
  readonly #nudge: () => void;

  constructor(parts: EngineParts, nudge: () => void) {
    this.#parts = parts;
    this.#nudge = nudge;
  }

  /** What each order would do now. @throws ControlPlaneError `NOT_FOUND` */
  async effects(id: RolloutId): Promise<OrderEffect[]> {
    const { reader, database } = this.#parts;
    const row = await reader.find(id);
    return orderEffects(row, row.plan, await deviceReach(database, id));
  }

  /**
   * @param check sees the rollout as it is, and throws if it is not as the asker believes
   * @throws ControlPlaneError `NOT_FOUND`, `ROLLOUT_ELSEWHERE`, `FORBIDDEN` for one's own approval,
   * `ROLLOUT_CONFLICT`, `ROLLOUT_EMPTY`, `CONFLICT` for a retry of what devices try once
   */
  async carry(
    id: RolloutId,
    order: Order,
    { by, reason: said }: Ordered,
    check: (now: RolloutView) => void,
  ): Promise<RolloutView> {
    const { reader } = this.#parts;
    const reason = said ?? `Ordered by ${by}.`;
    for (let left = TRIES; ; left--) {
      const row = await reader.find(id);
      check(await readView(this.#parts, row));
      const counts = await reader.counts(id);
      const next = await CARRY[order](this.#parts, row, { by, reason, said, figures: { counts } });
      if (next) {
        this.#nudge();
        return readView(this.#parts, next);
      }
      const changed = (await reader.find(id)).revision !== row.revision;
      if (!changed || left === 0) throw elsewhere(row, order);
    }
  }
}

async function retry(parts: EngineParts, row: RolloutRow, ordered: Reasoned) {
  if (!mayOrder(row, 'retry')) return null;
  const failed = await parts.reader.inState(row.id, ['failed'], {
    throughWave: row.wave,
    limit: 100_000,
  });
  const retryable = isRetryablePayload(row.plan);
  const able = failed.filter(({ generation }) => generation === null || retryable);
  if (able.length === 0 && failed.length > 0) throw triedOnce(row, failed.length);
  const again = able.map(({ device, state }) => ({ device, from: state, event: 'retry' }) as const);
  return takeStep(parts, row, {
    decision: {
      event: 'retry',
      ...ordered,
      figures: { ...ordered.figures, devices: able.length },
    },
    // A paused one tells them once it goes on.
    changes: row.paused_from === 'baking' ? { paused_from: 'rolling' } : {},
    moves: again,
  });
}

/** What is under way goes back; what is done stays. */
async function abort(parts: EngineParts, row: RolloutRow, ordered: Reasoned) {
  if (!mayOrder(row, 'abort')) return null;
  const underWay = await parts.reader.touched(row.id, UNDER_WAY_STATES, 100_000);
  const { told, skipped, ...step } = await prepareBack(parts, row, underWay, UNDER_WAY_STATES);
  return takeStep(parts, row, {
    ...step,
    decision: { event: 'abort', ...ordered, figures: { ...ordered.figures, told, skipped } },
    changes: { ended_at: parts.now(), reason: ordered.reason, paused_from: null },
    leaves: 'pending',
  });
}

/**
 * One that has ended has let go of its devices: others may have them now. What it made the champion
 * is that no more.
 */
async function rollBack(parts: EngineParts, row: RolloutRow, ordered: Reasoned) {
  if (!mayOrder(row, 'roll-back')) return null;
  const { cargo } = row.plan;
  let champion: AliasChange | null = null;
  const next = await takeStep(parts, row, {
    decision: { event: 'roll-back', ...ordered },
    changes: { ended_at: null, reason: ordered.reason, paused_from: null },
    leaves: 'untold',
    async also(trx) {
      if (row.ended_at === null) return;
      const reader = new RolloutReader(trx);
      const devices = await reader.touched(row.id, ['done', 'failed', 'late'], 100_000);
      const names = devices.map(({ device }) => device);
      await requireFree({ reader }, { ...row, priority: Number.NEGATIVE_INFINITY }, names);
      if (cargo.kind !== 'model') return;
      const made = { task: cargo.task, alias: 'champion', digest: cargo.model } as const;
      champion = await parts.aliases.undoWithin(trx, made, `rollout:${row.id}`);
    },
  });
  if (next && champion) parts.aliases.tell(champion);
  return next;
}

function elsewhere({ id, state }: RolloutRow, order: Order): ControlPlaneError {
  const message = `Expected a rollout in a state to ${order}, received ${id}, which is ${state}.`;
  return new ControlPlaneError('ROLLOUT_ELSEWHERE', message);
}

function triedOnce({ id, cargo }: RolloutRow, devices: number): ControlPlaneError {
  const message = `Expected devices that have not tried version ${cargo} yet, received rollout ${id}, in which ${counted(devices, 'has', 'have')}, and failed: a device tries a version of a configuration once. Make another version, and roll that out.`;
  return new ControlPlaneError('CONFLICT', message);
}

function ownRollout({ id, created_by }: RolloutRow): ControlPlaneError {
  const message = `Expected somebody other than ${created_by}, who made rollout ${id}, to approve it; a token that they made is theirs, too.`;
  return new ControlPlaneError('FORBIDDEN', message);
}
