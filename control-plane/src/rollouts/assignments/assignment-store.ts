import type {
  AssignmentPurpose,
  DeviceId,
  EpochMillis,
  Reported,
  Sha256,
  SlotId,
} from '@edgeloop/protocol';
import { inBatches } from '../../database/in-batches.ts';
import type { Database } from '../../database/open-stores.ts';
import type { RolloutId } from '../rollout-id.ts';
import type { AssignmentRow } from '../store/rollout-tables.ts';
import type { AssignmentSigner } from './assignment-signer.ts';

export interface AssignmentStoreOptions {
  readonly database: Database;
  readonly signer: AssignmentSigner;
  readonly now: () => EpochMillis;
}

/** What a device is to be given. */
export interface NewAssignment {
  readonly device: DeviceId;
  readonly model: Sha256;
  /**
   * Of those that the device says it has taken; 0: none. A database that was brought back knows
   * fewer.
   */
  readonly seen: number;
}

/** Who gives it, and what for. */
export interface AssignmentFor {
  readonly slot: SlotId;
  readonly purpose: AssignmentPurpose;
  readonly rollout: RolloutId;
  /** Of a shadow: of so many frames one. */
  readonly every: number | null;
}

type CurrentAssignment = Pick<
  AssignmentRow,
  'device' | 'slot' | 'purpose' | 'generation' | 'taken_at'
>;

/**
 * What models run on devices, by whose signature. Generations rise for each slot and purpose of a
 * device.
 */
export class AssignmentStore {
  readonly #options: AssignmentStoreOptions;

  constructor(options: AssignmentStoreOptions) {
    this.#options = options;
  }

  /**
   * Signs what is to be given; nothing is stored yet. Outside of a transaction: ten thousand
   * signatures take a second.
   * @throws ControlPlaneError `ASSIGNMENT_KEY_MISSING`
   */
  async prepare(given: readonly NewAssignment[], of: AssignmentFor): Promise<AssignmentRow[]> {
    const rows: AssignmentRow[] = [];
    for (const batch of inBatches(given)) {
      const last = await this.#lastGenerations(batch, of);
      for (const { device, model, seen } of batch) {
        const generation = Math.max(last.get(device) ?? 0, seen) + 1;
        rows.push(this.#options.signer.sign({ device, model, generation, ...of }));
      }
    }
    return rows;
  }

  /** Within a transaction: what held before holds no more. */
  async give(trx: Database, rows: readonly AssignmentRow[]): Promise<void> {
    const [first] = rows;
    if (!first) return;
    for (const batch of inBatches(rows)) {
      const devices = batch.map(({ device }) => device);
      await this.end(trx, devices, first.slot, first.purpose);
      await trx.insertInto('assignments').values(batch).execute();
    }
  }

  /** Nothing takes the place of what holds. */
  async end(
    trx: Database,
    devices: readonly DeviceId[],
    slot: SlotId,
    purpose: AssignmentPurpose,
  ): Promise<void> {
    for (const batch of inBatches(devices)) {
      await trx
        .updateTable('assignments')
        .set({ ended_at: this.#options.now() })
        .where('device', 'in', batch)
        .where('slot', '=', slot)
        .where('purpose', '=', purpose)
        .where('ended_at', 'is', null)
        .execute();
    }
  }

  /**
   * Within a transaction: a rollout's candidates look on no more.
   * @param devices there; all, where none are given.
   * @returns on which devices
   */
  async endShadows(
    trx: Database,
    rollout: RolloutId,
    devices?: readonly { readonly device: DeviceId }[],
  ): Promise<DeviceId[]> {
    const rows = await trx
      .selectFrom('assignments')
      .select(['device', 'slot'])
      .where('rollout', '=', rollout)
      .where('purpose', '=', 'shadow')
      .where('ended_at', 'is', null)
      .execute();
    const among = devices && new Set(devices.map(({ device }) => device));
    const ended = rows.filter(({ device }) => !among || among.has(device));
    const [first] = ended;
    const names = ended.map(({ device }) => device);
    // A rollout is of one slot.
    if (first) await this.end(trx, names, first.slot, 'shadow');
    return names;
  }

  /** What holds now. */
  async current(devices: readonly DeviceId[]): Promise<AssignmentRow[]> {
    // PostgreSQL takes no empty list.
    if (devices.length === 0) return [];
    return this.#options.database
      .selectFrom('assignments')
      .selectAll()
      .where('device', 'in', devices)
      .where('ended_at', 'is', null)
      .orderBy('slot')
      .orderBy('device')
      .execute();
  }

  /** Newest first. */
  history(device: DeviceId, limit: number): Promise<AssignmentRow[]> {
    return this.#options.database
      .selectFrom('assignments')
      .selectAll()
      .where('device', '=', device)
      .orderBy('issued_at', 'desc')
      .orderBy('generation', 'desc')
      .limit(limit)
      .execute();
  }

  /**
   * Keeps which devices have taken what holds, as they report it. One that reports less than it had
   * taken has lost it: what it is told is renewed, then.
   */
  async note(reports: ReadonlyMap<DeviceId, Reported>): Promise<void> {
    const now = this.#options.now();
    const [taken, lost]: [CurrentAssignment[], CurrentAssignment[]] = [[], []];
    for (const row of await this.#current([...reports.keys()])) {
      const has = hasTaken(row, reports.get(row.device) as Reported);
      if (has && row.taken_at === null) taken.push(row);
      if (!has && row.taken_at !== null) lost.push(row);
    }
    await this.#setTaken(taken, now);
    await this.#setTaken(lost, null);
  }

  /** A device that enrolled again begins anew. */
  async forgetTaken(device: DeviceId): Promise<void> {
    await this.#options.database
      .updateTable('assignments')
      .set({ taken_at: null })
      .where('device', '=', device)
      .where('ended_at', 'is', null)
      .execute();
  }

  /**
   * Signs those anew that no device has taken yet, and that will soon expire or are signed by a key
   * that was rotated away.
   * @returns whose they are
   * @throws SigningError for keys that can't be read any more
   */
  async renew(): Promise<DeviceId[]> {
    const { database, signer } = this.#options;
    const key = await signer.refresh();
    if (key === null) return [];
    const rows = await database
      .selectFrom('assignments')
      .selectAll()
      .where('taken_at', 'is', null)
      .where('ended_at', 'is', null)
      .where((is) => is.or([is('expires_at', '<', signer.renewsBefore()), is('key_id', '<>', key)]))
      .limit(5000)
      .execute();
    for (const batch of inBatches(rows)) {
      const renewed = batch.map((row) => signer.sign(row));
      await database
        .insertInto('assignments')
        .values(renewed)
        .onConflict((conflict) =>
          conflict.columns(['device', 'slot', 'purpose', 'generation']).doUpdateSet(({ ref }) => ({
            issued_at: ref('excluded.issued_at'),
            expires_at: ref('excluded.expires_at'),
            key_id: ref('excluded.key_id'),
            assignment: ref('excluded.assignment'),
          })),
        )
        .execute();
    }
    return rows.map(({ device }) => device);
  }

  /** What holds, without the signed text: it is asked with each report. */
  async #current(devices: readonly DeviceId[]): Promise<CurrentAssignment[]> {
    if (devices.length === 0) return [];
    return this.#options.database
      .selectFrom('assignments')
      .select(['device', 'slot', 'purpose', 'generation', 'taken_at'])
      .where('device', 'in', devices)
      .where('ended_at', 'is', null)
      .execute();
  }

  async #lastGenerations(
    batch: readonly NewAssignment[],
    { slot, purpose }: AssignmentFor,
  ): Promise<ReadonlyMap<DeviceId, number>> {
    const rows = await this.#options.database
      .selectFrom('assignments')
      .select(({ fn }) => ['device', fn.max('generation').as('last')])
      .where(
        'device',
        'in',
        batch.map(({ device }) => device),
      )
      .where('slot', '=', slot)
      .where('purpose', '=', purpose)
      .groupBy('device')
      .execute();
    return new Map(rows.map(({ device, last }) => [device, Number(last)]));
  }

  async #setTaken(rows: readonly CurrentAssignment[], at: number | null): Promise<void> {
    // Of a fleet most have the same slot and generation: few statements.
    const alike = new Map<string, CurrentAssignment[]>();
    for (const row of rows) {
      const key = `${row.slot} ${row.purpose} ${row.generation}`;
      alike.set(key, [...(alike.get(key) ?? []), row]);
    }
    for (const group of alike.values()) {
      const { slot, purpose, generation } = group[0] as CurrentAssignment;
      for (const batch of inBatches(group.map(({ device }) => device))) {
        await this.#options.database
          .updateTable('assignments')
          .set({ taken_at: at })
          .where('device', 'in', batch)
          .where('slot', '=', slot)
          .where('purpose', '=', purpose)
          .where('generation', '=', generation)
          .execute();
      }
    }
  }
}

function hasTaken({ slot, purpose, generation }: CurrentAssignment, { slots }: Reported): boolean {
  const said = slots[slot];
  const update = purpose === 'active' ? said?.update : said?.shadow;
  const running = purpose === 'active' ? (said?.generation ?? 0) : 0;
  return Math.max(running, update?.generation ?? 0) >= generation;
}
