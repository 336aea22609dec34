import type { EpochMillis } from '@edgeloop/protocol';
import type { WaveFigures } from '../../rollouts/gates/wave-figures.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { type WaveDeviceRow, waveDevice } from './wave-device.ts';

export interface WaveQuery {
  readonly rollout: string;
  readonly wave: number;
}

/**
 * What devices did since a wave began; but for when it is asked, and what became of the updates.
 */
export type MeasuredWave = Pick<WaveFigures, 'wave' | 'control'> & { readonly from: EpochMillis };

interface WindowRow {
  readonly slot: string;
  readonly model: string;
  readonly begun_at: EpochMillis;
}

/**
 * An untouched device to which something else was given meanwhile is none any more, for good: its
 * runs tell. Starts of a wave's device count from when it first said that it runs the new model; of
 * one that never did, as of the untouched, from the window's begin.
 */
const ROWS = `
  WITH b AS (
    SELECT *, coalesce((SELECT CASE WHEN min(from_at) > @begun_at THEN min(from_at) ELSE @begun_at END
      FROM device_runs r
      WHERE r.device_id = w.device_id AND side = 'wave' AND r.slot = @slot AND r.model = @model
        AND (until_at IS NULL OR until_at > @begun_at)), @begun_at) AS since
    FROM wave_baselines w WHERE rollout = @rollout AND wave = @wave)
  SELECT device, side, b.model, since,
    (SELECT count(*) FROM device_boots s WHERE s.device_id = d.id AND seen_at > since) AS boots,
    EXISTS (SELECT 1 FROM device_runs r WHERE r.device_id = d.id AND slot = @slot AND until_at IS NULL
      AND r.model IS NOT DISTINCT FROM CASE WHEN side = 'wave' THEN @model ELSE b.model END) AS runs,
    b.earlier, b.health AS begun_health, b.health_carried AS begun_carried,
    b.shadow AS begun_shadow, b.shadow_carried AS begun_shadow_carried,
    d.health, t.health_carried AS carried, t.shadow, t.shadow_carried
  FROM b JOIN devices d ON d.id = b.device_id LEFT JOIN device_totals t ON t.device_id = d.id
  WHERE NOT (side = 'control' AND EXISTS (
    SELECT 1 FROM device_runs r
    WHERE r.device_id = d.id AND slot = @slot AND from_at > @begun_at AND r.model IS DISTINCT FROM b.model))
  ORDER BY device`;

/** Null: the wave never began. */
export function readWave(database: SqlDatabase, { rollout, wave }: WaveQuery): MeasuredWave | null {
  const window = database
    .prepare<[string, number], WindowRow>(
      'SELECT slot, model, begun_at FROM wave_windows WHERE rollout = ? AND wave = ?',
    )
    .get(rollout, wave);
  if (!window) return null;
  const { slot, model, begun_at } = window;
  const rows = database
    .prepare<object, WaveDeviceRow>(ROWS)
    .all({ rollout, wave, slot, model, begun_at });
  const of = (side: WaveDeviceRow['side']) =>
    rows.filter((row) => row.side === side).map((row) => waveDevice(row, window));
  return { from: begun_at, wave: of('wave'), control: of('control') };
}
