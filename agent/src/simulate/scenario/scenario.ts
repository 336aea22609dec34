import type { DeviceId, Millis, Sha256, SlotId } from '@edgeloop/protocol';

/** A scenario, checked, with every default filled in. */
export interface Scenario {
  /** The same seed draws the same devices, frames and scores. */
  readonly seed: number;
  readonly slot: SlotId;
  /** What every device runs before it is told otherwise. */
  readonly runs: Sha256;
  readonly health: { readonly interval: Millis; readonly frames: number };
  readonly scene: Scene;
  readonly model: ModelManner;
  readonly update: { readonly downloads: 'real' | 'scripted'; readonly probation: Millis };
  /** A device has of each attribute one value, in turn. */
  readonly attributes: Readonly<Record<string, readonly (string | number)[]>>;
  readonly behaviours: readonly Behaviour[];
}

/** Weights by class. */
export type Mix = Readonly<Record<string, number>>;

export interface Scene {
  readonly mix: Mix;
  /** Of the logarithm of each weight, from device to device: 0, and they are all alike. */
  readonly spread: number;
  readonly dusk: Dusk | null;
}

/** What comes over all devices alike. */
export interface Dusk {
  readonly after: Millis;
  /** So long it takes. */
  readonly over: Millis;
  readonly mix: Mix;
  /** What is added to each score. */
  readonly confidence: number;
}

export interface ModelManner {
  readonly confidence: { readonly mean: number; readonly deviation: number };
  /** Log-normal: median, and deviation of the logarithm. */
  readonly inference: { readonly median: Millis; readonly spread: number };
  /** Of a shadow with the model that decides. */
  readonly agreement: number;
}

export interface Behaviour {
  /** Null: every device. */
  readonly devices: { readonly share: number } | { readonly names: readonly DeviceId[] } | null;
  readonly when: {
    /** While it runs this model; null: whatever it runs. */
    readonly runs: Sha256 | null;
    /** After all devices were connected. */
    readonly after: Millis;
    /** Null: for ever. */
    readonly for: Millis | null;
  };
  readonly does: Does;
}

export type Times = 'always' | number;

/** What of a device is not as it should be. What is absent is well. */
export interface Does {
  /** Inference takes so many times as long. */
  readonly slow?: number;
  /** What is added to each score. */
  readonly confidence?: number;
  /** Each of the two classes is taken for the other. */
  readonly swap?: readonly [string, string];
  readonly agreement?: number;
  /** A shadow gets no time, and inference takes longer. */
  readonly hot?: boolean;
  /**
   * `model`: its health counts the model that it began with; `counters`: more scores than frames,
   * and fewer than before.
   */
  readonly lies?: 'model' | 'counters';
  /** It publishes no health. */
  readonly mute?: boolean;
  readonly offline?: boolean;
  readonly flaps?: { readonly up: Millis; readonly down: Millis };
  /** It starts again, whatever it was doing. */
  readonly crashes?: { readonly every: Millis };
  /** When it is told to run the model it ends without a word, for good. */
  readonly dies?: boolean;
  readonly failsDownload?: Times;
  readonly failsSelfTest?: Times;
  /** Settings of the control plane are wrong for it. */
  readonly refusesConfiguration?: boolean;
}
