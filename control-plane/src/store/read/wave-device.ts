import type { DeviceId, EpochMillis, Health, Shadow } from '@edgeloop/protocol';
import { isTuned } from '@edgeloop/protocol/served-model';
import type {
  AgreementFigures,
  DeviceFigures,
  ModelFigures,
} from '../../rollouts/gates/wave-figures.ts';
import { type Carried, totalOf } from '../totals/carry.ts';
import { type Counters, type Counts, subtractCounts } from '../totals/counters.ts';
import {
  CAMERA,
  type CameraTotals,
  type ModelTotals,
  modelKey,
  toldByHealth,
  UP_SECONDS,
} from '../totals/told-health.ts';
import { type ShadowTotals, shadowPrefix, toldByShadow } from '../totals/told-shadow.ts';

/**
 * What the database has of a device of a wave: as it stood when the wave began, and as it stands.
 * Texts are JSON.
 */
export interface WaveDeviceRow {
  readonly device: DeviceId;
  readonly side: 'wave' | 'control';
  /** That it ran when the wave began. */
  readonly model: string | null;
  readonly since: EpochMillis;
  readonly boots: number;
  /**
   * 1: what it runs now is what is looked at: the new model, or of an untouched one the same as
   * then.
   */
  readonly runs: 0 | 1;
  readonly earlier: string | null;
  readonly begun_health: string | null;
  readonly begun_carried: string | null;
  readonly begun_shadow: string | null;
  readonly begun_shadow_carried: string | null;
  readonly health: string | null;
  readonly carried: string | null;
  readonly shadow: string | null;
  readonly shadow_carried: string | null;
}

/** What the device did in the hours before the wave, and since. */
export function waveDevice(
  row: WaveDeviceRow,
  { slot, model }: { readonly slot: string; readonly model: string },
): DeviceFigures {
  const earlier = read<Counters>(row.earlier) ?? {};
  const begun = healthTotals(row.begun_carried, row.begun_health);
  const now = healthTotals(row.carried, row.health);
  const since = (key: string) => subtractCounts(now[key], begun[key]);
  const ran = row.model === null ? null : modelKey(row.model);
  const runs = row.side === 'wave' ? modelKey(model) : ran;
  const after = runs === null ? null : modelTotals(since(runs));
  const before = ran === null ? 0 : subtractCounts(begun[ran], earlier[ran]);
  return {
    device: row.device,
    since: row.since,
    boots: row.boots,
    runs: row.runs === 1,
    before: figuresOf(modelTotals(before)),
    after: figuresOf(after),
    processRestarts: after?.restarts ?? 0,
    failedFrames: Object.keys(now)
      .filter((key) => key.startsWith(CAMERA))
      .reduce((sum, key) => sum + ((since(key) as unknown as CameraTotals).failed ?? 0), 0),
    hours: (since(UP_SECONDS) as number) / 3600,
    shadow: agreementOf(row, shadowPrefix(slot, model)),
  };
}

const read = <Value>(text: string | null): Value | null =>
  text === null ? null : (JSON.parse(text) as Value);

function healthTotals(carried: string | null, health: string | null): Counters {
  const last = read<Health>(health);
  return totalOf(read<Carried>(carried), last && toldByHealth(last));
}

function shadowTotals(carried: string | null, shadow: string | null): Counters {
  const last = read<Shadow>(shadow);
  return totalOf(read<Carried>(carried), last && toldByShadow(last));
}

/** Null: it never counted anything. */
const modelTotals = (counts: Counts): ModelTotals | null =>
  typeof counts === 'number' ? null : (counts as unknown as ModelTotals);

const figuresOf = (totals: ModelTotals | null): ModelFigures => ({
  latency: totals?.latency ?? [],
  scores: totals?.scores ?? {},
});

/**
 * Of the candidate, whatever model decided beside it; null: it was no shadow there since. A head
 * that was tuned on the device is nobody else's: what it disagrees with says nothing of the
 * candidate.
 */
function agreementOf(row: WaveDeviceRow, prefix: string): AgreementFigures | null {
  const begun = shadowTotals(row.begun_shadow_carried, row.begun_shadow);
  const now = shadowTotals(row.shadow_carried, row.shadow);
  const all = Object.keys(now)
    .filter((key) => key.startsWith(prefix) && !isTuned(key))
    .map((key) => subtractCounts(now[key], begun[key]) as unknown as ShadowTotals);
  if (all.length === 0) return null;
  const byClass = new Map<string, { compared: number; agreed: number }>();
  for (const [label, { compared, agreed }] of all.flatMap((each) => Object.entries(each.byClass))) {
    const sum = byClass.get(label) ?? { compared: 0, agreed: 0 };
    byClass.set(label, { compared: sum.compared + compared, agreed: sum.agreed + agreed });
  }
  return {
    compared: all.reduce((sum, { compared }) => sum + compared, 0),
    agreed: all.reduce((sum, { agreed }) => sum + agreed, 0),
    byClass: Object.fromEntries(byClass),
  };
}
