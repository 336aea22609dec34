import type { Sha256 } from '@edgeloop/protocol';
import type { Installed, SlotRecord } from './machine/slot-record.ts';

export interface DownloadProgress {
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

/**
 * What the update of a slot does to the world. Each may be called again after it was cut off at any
 * point. What throws an `UpdateError` says by its code and `retry` what becomes of the update;
 * other errors are failures of the device.
 */
export interface UpdatePorts {
  /** The whole package on disk, from where an earlier try ended. */
  fetch(
    model: Sha256,
    signal: AbortSignal,
    onProgress: (progress: DownloadProgress) => void,
  ): Promise<void>;
  /** Signature, digests, and whether it may run here. */
  verify(model: Sha256, signal: AbortSignal): Promise<void>;
  /** The golden cases, in a process of their own, while the model before runs on. */
  selfTest(model: Sha256, signal: AbortSignal): Promise<void>;
  /** From here on it decides, also after a restart. */
  activate(to: Installed, signal: AbortSignal): Promise<void>;
  /** Resolves when it has shown that it can. */
  observeProbation(model: Sha256, signal: AbortSignal): Promise<void>;
  /**
   * The last good model decides again, also after a restart; nothing is done where it does. Tried
   * until it succeeds.
   */
  revert(to: Installed): Promise<void>;
  /** Removes what this record does not keep. */
  tidy(record: SlotRecord): Promise<void>;
  /** Durable when it resolves. */
  persist(record: SlotRecord): Promise<void>;
  /** What the device says of it has changed. */
  report(): void;
}
