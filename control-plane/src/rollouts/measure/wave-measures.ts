import type { DeviceId, Sha256, SlotId } from '@edgeloop/protocol';
import type { UpdateFigures, WaveFigures } from '../gates/wave-figures.ts';

export interface WaveKey {
  readonly rollout: string;
  /** From 0: the canary. */
  readonly wave: number;
}

export interface WaveWindow extends WaveKey {
  readonly slot: SlotId;
  /** What the rollout brings. */
  readonly model: Sha256;
  /** The devices of the wave. */
  readonly devices: readonly DeviceId[];
  /**
   * Devices that the rollout will touch in this window beside the wave's, or has not finished with:
   * none of them is compared with.
   */
  readonly excluded: readonly DeviceId[];
}

/** What is known of waves' devices, and of others meanwhile. */
export interface WaveMeasures {
  hasBegun(key: WaveKey): Promise<boolean>;
  /**
   * When the wave's first assignment is about to go out: from here on differences are counted.
   * Again for the same wave: nothing.
   * @param anew whatever began for the wave came to nothing: only from here on
   */
  begin(window: WaveWindow, anew?: boolean): Promise<void>;
  /** @throws ControlPlaneError `NOT_FOUND` when it never began */
  measureWave(key: WaveKey, updates: UpdateFigures): Promise<WaveFigures>;
  /** Of a rollout that has ended: what its waves were measured from is no longer needed. */
  forget(rollout: string): Promise<void>;
}
