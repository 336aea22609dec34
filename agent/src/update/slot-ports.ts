import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadedPackage } from '@edgeloop/onnx';
import {
  MANIFEST_FILE,
  MANIFEST_SIGNATURE_FILE,
  type Millis,
  type RootKeys,
  type Sha256,
  type SlotId,
} from '@edgeloop/protocol';
import { parseSignature, verifyPackage } from '@edgeloop/signing';
import type { SlotConfig } from '../config/config.ts';
import type { SlotHead } from '../head/overlay/slot-head.ts';
import type { LiveSlot } from '../model/live-slot.ts';
import type { ModelSlot, ModelSlotOptions } from '../model/model-slot.ts';
import { startModel } from '../model/start-model.ts';
import { type Installed, keptBy, type SlotRecord } from './machine/slot-record.ts';
import { type ProbationWatch, watchProbation } from './probation/watch-probation.ts';
import type { InstallStore } from './store/install-store.ts';
import type { SlotPackages } from './store/slot-packages.ts';
import { requireKeys } from './trust/require-keys.ts';
import { UpdateError } from './update-error.ts';
import type { DownloadProgress, UpdatePorts } from './update-ports.ts';

export interface SlotPortsOptions {
  readonly id: SlotId;
  readonly config: SlotConfig;
  readonly store: InstallStore;
  readonly packages: SlotPackages;
  /** Not started. */
  readonly createModel: (options: ModelSlotOptions) => ModelSlot;
  /** Aborts when the agent is to end: no model is waited for any more. */
  readonly closing: AbortSignal;
  /** What decides, under the cameras. */
  readonly live: () => LiveSlot;
  /** What was tuned over a model goes with it. */
  readonly head: Pick<SlotHead, 'keepOnlyOver'>;
  readonly root: { readonly keys: RootKeys | null };
  /** From the control plane into a folder; what is there already is not asked for. */
  readonly download: (
    model: Sha256,
    folder: string,
    signal: AbortSignal,
    onProgress: (progress: DownloadProgress) => void,
  ) => Promise<void>;
  /** @throws UpdateError where this agent, or its configuration, can't use the package */
  readonly checkFit: (loaded: LoadedPackage) => void;
  readonly probation: ProbationWatch['rules'];
  /** Least time from one inference of a camera to its next, now. */
  readonly interval: () => Millis;
  /** Whether every camera of the slot is off. */
  readonly resting: () => boolean;
  readonly connected: () => boolean;
  readonly monotonic: () => Millis;
  readonly report: () => void;
}

/** The real ports of one slot's update. */
export class SlotPorts implements UpdatePorts {
  readonly #options: SlotPortsOptions;
  /** It has answered, and does not decide yet. */
  #candidate: ModelSlot | null = null;

  constructor(options: SlotPortsOptions) {
    this.#options = options;
  }

  async fetch(
    model: Sha256,
    signal: AbortSignal,
    onProgress: (progress: DownloadProgress) => void,
  ): Promise<void> {
    const { packages, store, download } = this.#options;
    if (!packages.isFallback(model)) {
      await download(model, store.folderOf(model), signal, onProgress);
    }
  }

  async verify(model: Sha256): Promise<void> {
    const { packages, checkFit } = this.#options;
    // What the owner put there needs no signature but the assignment's, which names its digest.
    if (!packages.isFallback(model)) await this.#checkSignature(packages.folderOf(model));
    checkFit(await packages.load(model));
  }

  async selfTest(model: Sha256, signal: AbortSignal): Promise<void> {
    await this.#drop();
    this.#candidate = await startModel(await this.#open(model), signal);
  }

  async activate(to: Installed, signal: AbortSignal): Promise<void> {
    // After a restart there is none.
    if (this.#candidate?.loaded.digest !== to.model) await this.selfTest(to.model, signal);
    const { store, live } = this.#options;
    await store.point(to);
    const candidate = this.#candidate as ModelSlot;
    this.#candidate = null;
    await live().change(candidate);
    await this.#keepHead(to.model);
  }

  observeProbation(model: Sha256, signal: AbortSignal): Promise<void> {
    const { probation: rules, interval, live, resting, connected, monotonic } = this.#options;
    const shown = () => {
      const { classified, failed, restarts } = live().current;
      return { classified, failed, restarts };
    };
    const watch = { rules, interval, shown, resting, connected, monotonic };
    return watchProbation(model, watch, signal);
  }

  async revert(to: Installed): Promise<void> {
    const { store, live, closing } = this.#options;
    if (live().current.loaded.digest !== to.model) {
      await this.#drop();
      await live().change(await startModel(await this.#open(to.model), closing));
      await this.#keepHead(to.model);
    }
    await store.point(to);
  }

  async tidy(record: SlotRecord): Promise<void> {
    await this.#drop();
    await this.#options.store.retain(keptBy(record));
  }

  persist(record: SlotRecord): Promise<void> {
    return this.#options.store.write(record);
  }

  report(): void {
    this.#options.report();
  }

  async close(): Promise<void> {
    await this.#drop();
  }

  async #open(model: Sha256): Promise<ModelSlot> {
    const { id, config, packages, createModel } = this.#options;
    const { threads, deadline } = config;
    return createModel({ id, loaded: await packages.load(model), threads, deadline });
  }

  /**
   * Another decides already: what can't be read of a head now is looked at again at the next start.
   */
  async #keepHead(model: Sha256): Promise<void> {
    await this.#options.head.keepOnlyOver(model).catch(() => {});
  }

  async #drop(): Promise<void> {
    const candidate = this.#candidate;
    this.#candidate = null;
    await candidate?.close();
  }

  async #checkSignature(folder: string): Promise<void> {
    const keys = requireKeys(this.#options.root);
    const manifest = await readFile(join(folder, MANIFEST_FILE));
    const text = await readFile(join(folder, MANIFEST_SIGNATURE_FILE), 'utf8');
    try {
      verifyPackage(keys, manifest, parseSignature(text, folder));
    } catch (cause) {
      const { message } = cause as Error;
      throw new UpdateError('SIGNATURE_REFUSED', message, { retry: false, cause });
    }
  }
}
