import type { Sha256, SlotId } from '@edgeloop/protocol';
import type { Generated } from 'kysely';

export interface MeasureTables {
  /** Written by ingest, as are boots and runs. Texts are JSON. */
  device_totals: {
    device_id: number;
    /** `Carried`, of health. */
    health_carried: string | null;
    /** `Shadow`: the newest. */
    shadow: string | null;
    shadow_carried: string | null;
    marked_at: number | null;
    /** `Counters`: totals as they stood at `marked_at`, and an hour or more before. */
    mark: string | null;
    mark_before: string | null;
  };
  device_boots: { device_id: number; boot_id: string; seen_at: number };
  device_runs: {
    id: Generated<number>;
    device_id: number;
    slot: SlotId;
    model: Sha256;
    name: string;
    generation: number | null;
    from_at: number;
    /** Null: it runs. */
    until_at: number | null;
  };
  wave_windows: {
    rollout: string;
    wave: number;
    slot: SlotId;
    model: Sha256;
    begun_at: number;
  };
  /** As it stood when the wave began. */
  wave_baselines: {
    rollout: string;
    wave: number;
    device_id: number;
    side: 'wave' | 'control';
    /** That ran in the slot; null: none that was heard of. */
    model: Sha256 | null;
    health: string | null;
    health_carried: string | null;
    /** `Counters`: totals an hour or two earlier. */
    earlier: string | null;
    shadow: string | null;
    shadow_carried: string | null;
  };
}
