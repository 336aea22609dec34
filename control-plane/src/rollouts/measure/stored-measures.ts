import { type DeviceId, type EpochMillis, epochMillis, type Sha256 } from '@edgeloop/protocol';
import type { Transaction } from 'kysely';
import type { Database } from '../../database/open-stores.ts';
import type { Tables } from '../../database/tables.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { FindTask } from '../../samples/find-task.ts';
import type { Store } from '../../store/store.ts';
import type { UpdateFigures, WaveFigures } from '../gates/wave-figures.ts';
import { chooseControl, chooseMeasured, type Running } from './choose-control.ts';
import type { WaveKey, WaveMeasures, WaveWindow } from './wave-measures.ts';

interface StoredMeasuresParts {
  readonly database: Database;
  readonly store: Pick<Store, 'read'>;
  readonly findTask: FindTask;
  readonly now: () => EpochMillis;
}

/** Names in one statement. */
const CHUNK = 250;

/**
 * Waves are measured from what ingest keeps of each device: when one begins it is copied, and
 * nothing is kept in memory.
 */
export class StoredMeasures implements WaveMeasures {
  readonly #parts: StoredMeasuresParts;

  constructor(parts: StoredMeasuresParts) {
    this.#parts = parts;
  }

  async hasBegun({ rollout, wave }: WaveKey): Promise<boolean> {
    const row = await this.#parts.database
      .selectFrom('wave_windows')
      .select('wave')
      .where('rollout', '=', rollout)
      .where('wave', '=', wave)
      .executeTakeFirst();
    return row !== undefined;
  }

  async begin(window: WaveWindow, anew = false): Promise<void> {
    const { rollout, wave, slot, model, devices } = window;
    if (!anew && (await this.hasBegun(window))) return;
    const wavesOwn = chooseMeasured(rollout, devices);
    const control = chooseControl(rollout, await this.#others(window), model);
    await this.#parts.database.transaction().execute(async (trx) => {
      if (anew) await forgetWindows(trx, rollout, wave);
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto('wave_windows')
        .values({ rollout, wave, slot, model, begun_at: this.#parts.now() })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (!numInsertedOrUpdatedRows) return;
      await copyBaselines(trx, window, 'wave', wavesOwn);
      await copyBaselines(trx, window, 'control', control);
    });
  }

  async measureWave({ rollout, wave }: WaveKey, updates: UpdateFigures): Promise<WaveFigures> {
    const measured = await this.#parts.store.read('readWave', { rollout, wave });
    if (!measured) {
      const message = `Expected a wave of the rollout ${rollout} that has begun, received ${wave}.`;
      throw new ControlPlaneError('NOT_FOUND', message);
    }
    const { from, ...sides } = measured;
    return { window: { from, to: epochMillis(this.#parts.now()) }, updates, ...sides };
  }

  async forget(rollout: string): Promise<void> {
    await this.#parts.database.transaction().execute((trx) => forgetWindows(trx, rollout));
  }

  /** What else of the same task runs in the slot, on devices that are not known to be away. */
  async #others({ slot, model, devices, excluded }: WaveWindow): Promise<Running[]> {
    const left = new Set([...devices, ...excluded]);
    const rows = await this.#parts.database
      .selectFrom('device_runs')
      .innerJoin('devices', 'devices.id', 'device_runs.device_id')
      .select(['device', 'model'])
      .where('slot', '=', slot)
      .where('until_at', 'is', null)
      .where('state', '<>', 'offline')
      .execute();
    const task = await this.#parts.findTask({ slot, model });
    const same = new Set<Sha256>();
    for (const other of new Set(rows.map((row) => row.model))) {
      if ((await this.#parts.findTask({ slot, model: other })) === task) same.add(other);
    }
    return rows.filter((row) => same.has(row.model) && !left.has(row.device));
  }
}

/** @param wave undefined: of all its waves */
async function forgetWindows(trx: Database, rollout: string, wave?: number): Promise<void> {
  for (const table of ['wave_baselines', 'wave_windows'] as const) {
    const windows = trx.deleteFrom(table).where('rollout', '=', rollout);
    await (wave === undefined ? windows : windows.where('wave', '=', wave)).execute();
  }
}

/** As it stands in this moment, without its passing through our hands. */
async function copyBaselines(
  trx: Transaction<Tables>,
  { rollout, wave, slot }: WaveWindow,
  side: 'wave' | 'control',
  devices: readonly DeviceId[],
): Promise<void> {
  for (let from = 0; from < devices.length; from += CHUNK) {
    await trx
      .insertInto('wave_baselines')
      .columns([
        ...(['rollout', 'wave', 'device_id', 'side', 'model', 'health', 'health_carried'] as const),
        ...(['earlier', 'shadow', 'shadow_carried'] as const),
      ])
      .expression((from_) =>
        from_
          .selectFrom('devices')
          .leftJoin('device_totals', 'device_totals.device_id', 'devices.id')
          .leftJoin('device_runs', (join) =>
            join
              .onRef('device_runs.device_id', '=', 'devices.id')
              .on('slot', '=', slot)
              .on('until_at', 'is', null),
          )
          .select(({ val, fn }) => [
            val(rollout).as('rollout'),
            val(wave).as('wave'),
            'devices.id as device_id',
            val(side).as('side'),
            ...(['device_runs.model', 'devices.health', 'health_carried'] as const),
            fn.coalesce('mark_before', 'mark').as('earlier'),
            ...(['shadow', 'shadow_carried'] as const),
          ])
          .where('device', 'in', devices.slice(from, from + CHUNK)),
      )
      .execute();
  }
}
