import { type Desired, epochMillis, millis } from '@edgeloop/protocol';
import type { Config } from '../../../../agent/src/config/config.ts';
import { DesiredState } from '../../../../agent/src/desired/desired-state.ts';
import { Models } from '../../../../agent/src/update/models.ts';
import { StandInModel } from './stand-in-model.ts';

export interface UpdatedDeviceOptions {
  readonly config: Config;
  /** Whether it is reached: without it no model shows that it can. */
  readonly broker: boolean;
  /** What is reported has changed. */
  readonly onChange: () => void;
  readonly log?: unknown;
}

const quiet = () => {};
const SILENT = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => SILENT };
const clock = { now: () => epochMillis(Date.now()), monotonic: () => millis(performance.now()) };

/**
 * The real update of a device, from what the broker says to the commit, on real files. Only the
 * runtime is left out.
 */
export class UpdatedDevice {
  readonly models: Models;
  readonly #desired: DesiredState;

  constructor({ config, broker, onChange, log = SILENT }: UpdatedDeviceOptions) {
    this.models = new Models({
      config,
      version: '0.1.0',
      clock,
      log: log as never,
      onChange,
      startedSlots: new Set(),
      closing: new AbortController().signal,
      createModel: (options) => new StandInModel(options),
      // The waits between tries are none.
      random: () => 0,
      connected: () => broker,
      celsius: () => null,
      interval: () => millis(0),
    });
    this.#desired = new DesiredState({
      folder: config.state,
      apply: (wanted) => this.models.receive(wanted),
      onApplied: quiet,
      log: log as never,
    });
  }

  /** Loads what decides. */
  async start(): Promise<void> {
    await this.models.start();
  }

  /** What is on its way goes on; as the broker says it on every connect. */
  async goOn(desired: Desired): Promise<void> {
    await this.#desired.start();
    this.models.resume();
    this.#desired.receive(desired);
  }

  /** Each model that decides has classified another frame. */
  see(): void {
    for (const { current } of this.models.live.values()) (current as StandInModel).see();
  }

  async close(): Promise<void> {
    await this.models.close();
  }
}
