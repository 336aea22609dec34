import { join } from 'node:path';
import { Desired } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import { beginAnew, StateFile } from '../state/state-file.ts';

export interface DesiredStateOptions {
  /** Folder of its file. */
  readonly folder: string;
  /**
   * Called at the start with what was said last, and with each that is said, also again: what was
   * refused may be accepted by now.
   */
  readonly apply: (desired: Desired) => void;
  readonly onApplied: () => void;
  readonly log: Logger;
}

/** @param folder of the device's state */
export const desiredFile = (folder: string): StateFile<typeof Desired> =>
  new StateFile(join(folder, 'desired.json'), Desired);

/**
 * What the control plane wants of this device. Remembered, so that it holds also while there is no
 * broker.
 */
export class DesiredState {
  readonly #options: DesiredStateOptions;
  readonly #file: StateFile<typeof Desired>;
  #desired: Desired | null = null;
  /** On disk is another one. */
  #unwritten = false;

  constructor(options: DesiredStateOptions) {
    this.#options = options;
    this.#file = desiredFile(options.folder);
  }

  /** The version of the desired state that is applied. */
  get version(): number | null {
    return this.#desired?.version ?? null;
  }

  async start(): Promise<void> {
    // The broker says it again.
    this.#desired = await this.#file.read().catch(beginAnew(this.#options.log));
    if (this.#desired) this.#options.apply(this.#desired);
  }

  /** The broker says it again on every connect. */
  receive(desired: Desired): void {
    const { apply, onApplied, log } = this.#options;
    const same = JSON.stringify(desired) === JSON.stringify(this.#desired);
    this.#desired = desired;
    apply(desired);
    if (!same) {
      log.info({ version: desired.version }, 'desired configuration applied');
      onApplied();
    }
    if (!same || this.#unwritten) void this.#write(desired);
  }

  /** Not written: the broker says it again. */
  async #write(desired: Desired): Promise<void> {
    try {
      this.#unwritten = false;
      await this.#file.write(desired);
    } catch (error) {
      this.#unwritten = true;
      this.#options.log.error(
        { error: (error as Error).message },
        'desired configuration not written',
      );
    }
  }
}
