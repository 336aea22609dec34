import { setTimeout as delay } from 'node:timers/promises';
import type { Millis, Sha256 } from '@edgeloop/protocol';
import type { Installed, SlotRecord } from '../../update/machine/slot-record.ts';
import { UpdateError } from '../../update/update-error.ts';
import type { DownloadProgress, UpdatePorts } from '../../update/update-ports.ts';
import type { Effects } from '../behaviour/effects.ts';
import type { Times } from '../scenario/scenario.ts';

export interface SimulatedPortsOptions {
  /** Brings the whole package and checks it. */
  readonly fetch: UpdatePorts['fetch'];
  /** What of the device is not as it should be while it has to do with this model. */
  readonly effects: (model: Sha256) => Pick<Effects, 'failsDownload' | 'failsSelfTest'>;
  readonly probation: Millis;
  /** This model decides, or looks on, from now on. */
  readonly onRun: (model: Sha256) => void;
  readonly onRecord: (record: SlotRecord) => void;
  readonly onReport: () => void;
}

/**
 * What the agent's own update machine does to a simulated device: the download is real, what the
 * model does is scripted.
 */
export class SimulatedPorts implements UpdatePorts {
  readonly #options: SimulatedPortsOptions;
  /** How often each has failed by the scenario so far. */
  readonly #failed = { download: 0, selfTest: 0 };

  constructor(options: SimulatedPortsOptions) {
    this.#options = options;
  }

  async fetch(
    model: Sha256,
    signal: AbortSignal,
    onProgress: (progress: DownloadProgress) => void,
  ): Promise<void> {
    if (this.#fails('download', this.#options.effects(model).failsDownload)) {
      const message = 'Expected the package from the server, the scenario lets the download fail.';
      throw new UpdateError('SERVER_UNAVAILABLE', message, { retry: true });
    }
    await this.#options.fetch(model, signal, onProgress);
  }

  /** Was done with the download, which is not kept. */
  async verify(): Promise<void> {}

  async selfTest(model: Sha256): Promise<void> {
    if (!this.#fails('selfTest', this.#options.effects(model).failsSelfTest)) return;
    throw new Error('Expected the golden scores, the scenario lets the self-test fail.');
  }

  async activate({ model }: Installed): Promise<void> {
    this.#options.onRun(model);
  }

  async observeProbation(_model: Sha256, signal: AbortSignal): Promise<void> {
    await delay(this.#options.probation, undefined, { signal, ref: false });
  }

  async revert({ model }: Installed): Promise<void> {
    this.#options.onRun(model);
  }

  async tidy(): Promise<void> {}

  async persist(record: SlotRecord): Promise<void> {
    this.#options.onRecord(record);
  }

  report(): void {
    this.#options.onReport();
  }

  #fails(what: 'download' | 'selfTest', times: Times | null): boolean {
    if (times === null || (times !== 'always' && this.#failed[what] >= times)) return false;
    this.#failed[what] += 1;
    return true;
  }
}

const SCRIPTED_BYTES = 65_536;

/** A download that is scripted, too: it is there at once. */
export const scriptedFetch: UpdatePorts['fetch'] = async (_model, _signal, onProgress) => {
  onProgress({ receivedBytes: SCRIPTED_BYTES, totalBytes: SCRIPTED_BYTES });
};
