import type {
  BootId,
  Desired,
  Millis,
  Reported,
  Shadow,
  SlotId,
  UpdateReport,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { LiveSlot } from '../model/live-slot.ts';
import { openServer } from '../server/open-server.ts';
import { Pacer } from '../server/pacer.ts';
import type { ServerClient } from '../server/server-client.ts';
import type { ShadowFrame } from '../shadow/candidate.ts';
import { Shadows } from '../shadow/shadows.ts';
import { Assignments } from './assignments.ts';
import { createSlot } from './create-slot.ts';
import { FETCH_LIMITS } from './fetch/fetch-limits.ts';
import { fetchPackage } from './fetch/fetch-package.ts';
import { requireKeys } from './trust/require-keys.ts';
import { TrustedRoot } from './trust/trusted-root.ts';
import type { UpdatableSlot, UpdatableSlotOptions } from './updatable-slot.ts';
import { UpdateError } from './update-error.ts';
import { Updates } from './updates.ts';

export interface ModelsOptions {
  readonly config: Config;
  /** The version of the agent. */
  readonly version: string;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly startedSlots: UpdatableSlotOptions['startedSlots'];
  readonly createModel: UpdatableSlotOptions['createModel'];
  /** Aborts when the agent is to end, also while it starts: no model is waited for any more. */
  readonly closing: AbortSignal;
  /** To the broker, now. */
  readonly connected: () => boolean;
  /** Null: the device does not say how hot it is. */
  readonly celsius: () => number | null;
  /** Least time from one inference of a camera to its next, now: a hot device slows down. */
  readonly interval: () => Millis;
  /** What is reported has changed. */
  readonly onChange: () => void;
  readonly log: Logger;
}

/** The models of the device: what each slot runs, and what the control plane makes of it. */
export class Models {
  readonly #options: ModelsOptions;
  readonly #slots = new Map<SlotId, UpdatableSlot>();
  #client: ServerClient | null = null;
  #root: TrustedRoot | null = null;
  #updates: Updates | null = null;
  #shadows: Shadows | null = null;

  constructor(options: ModelsOptions) {
    this.#options = options;
  }

  /** By slot, after `start`. */
  get live(): ReadonlyMap<SlotId, LiveSlot> {
    return new Map(Array.from(this.#slots, ([id, { live }]) => [id, live]));
  }

  /** After `start`. */
  get slots(): ReadonlyMap<SlotId, UpdatableSlot> {
    return this.#slots;
  }

  /** Of the root that is trusted; null: none is. */
  get root(): number | null {
    return this.#root?.version ?? null;
  }

  get reported(): Reported['slots'] {
    return Object.fromEntries(
      Array.from(this.#slots, ([id, { reported }]) => {
        const shadow = this.#shadows?.report(id);
        return [id, { ...reported, ...(shadow && { shadow }) }];
      }),
    );
  }

  /** Of the slots that were told anything. */
  get updates(): Readonly<Record<string, UpdateReport>> {
    const reports = Array.from(this.#slots, ([id, { report }]) => [id, report] as const);
    return Object.fromEntries(reports.flatMap(([id, report]) => (report ? [[id, report]] : [])));
  }

  /** In sentences. An update that failed is none: the model before runs. */
  get problems(): readonly string[] {
    const found = Array.from(this.#slots.values(), ({ problem }) => problem);
    return [...found, this.#root?.problem ?? null].filter((problem) => problem !== null);
  }

  /**
   * Loads what decides.
   * @throws ProtocolError `PACKAGE_…`, OnnxError, AgentError `CONFIG_INVALID`
   */
  async start(): Promise<void> {
    const { config, clock, closing, createModel, startedSlots, random, celsius, log } =
      this.#options;
    const { server, device, state: folder, trustRoot: file } = config;
    this.#client = server && (await openServer(server, device));
    const reached = this.#client ?? NO_SERVER;
    const root = new TrustedRoot({ folder, file, server: reached, limits: FETCH_LIMITS });
    this.#root = root;
    await root.start();
    const assignments = new Assignments({ folder, device, root, now: clock.now });
    await assignments.start();
    const download = this.#download(root, reached);
    const shadows = new Shadows({
      config,
      random,
      celsius,
      log,
      now: clock.now,
      onReport: this.#options.onChange,
      ports: {
        judge: (signed, slot) => assignments.judge(signed, slot, 'shadow'),
        download: (variant, ...asked) => download(variant)(...asked),
      },
    });
    await shadows.start();
    this.#shadows = shadows;
    this.#updates = new Updates({ slots: this.#slots, shadows, root, assignments, random, log });
    for (const [id, slotConfig] of config.slots) {
      const slot = createSlot(config, id, slotConfig, {
        root,
        download: download(slotConfig.variant),
        createModel,
        startedSlots,
        closing,
        random,
        log,
        now: clock.now,
        monotonic: clock.monotonic,
        connected: this.#options.connected,
        interval: this.#options.interval,
        report: () => this.#changed(id),
      });
      this.#slots.set(id, slot);
      await slot.start();
    }
  }

  /**
   * Shown every frame that was classified.
   * @returns null: no candidate looks; else whether it says something else
   */
  look(slot: SlotId, seen: ShadowFrame): Promise<boolean> | null {
    return this.#shadows?.look(slot, seen) ?? null;
  }

  /** Null: no candidate runs. */
  shadow(bootId: BootId): Shadow | null {
    return this.#shadows?.message(bootId) ?? null;
  }

  /** Updates go on where they were. */
  resume(): void {
    for (const slot of this.#slots.values()) slot.resume();
    this.#updates?.start();
  }

  receive(desired: Desired): void {
    this.#updates?.receive(desired);
  }

  /** Updates and candidates are cut off; the models run on. */
  async pause(): Promise<void> {
    await this.#updates?.close();
    await this.#shadows?.close();
    this.#client?.close();
  }

  async close(): Promise<void> {
    await this.pause();
    await Promise.all(Array.from(this.#slots.values(), (slot) => slot.close()));
  }

  #changed(id: SlotId): void {
    this.#options.onChange();
    if (this.#slots.get(id)?.idle) this.#updates?.consider();
  }

  #download(root: TrustedRoot, server: Pick<ServerClient, 'get'>) {
    const { config, version: agentVersion } = this.#options;
    const { bandwidth, packageBytes, minFree } = config.updates;
    const limits = { ...FETCH_LIMITS, packageBytes, minFree };
    const pacer = new Pacer(bandwidth);
    return (variant = 'int8'): UpdatableSlotOptions['download'] =>
      async (digest, folder, signal, onProgress) => {
        const keys = requireKeys(root);
        await fetchPackage({
          server,
          digest,
          root: keys,
          variant,
          agentVersion,
          folder,
          limits,
          pacer,
          signal,
          onProgress: (receivedBytes, totalBytes) => onProgress({ receivedBytes, totalBytes }),
        });
      };
  }
}

const NO_SERVER: Pick<ServerClient, 'get'> = {
  get: () => {
    const message = 'Expected server.url in agent.yaml, which packages come from, received none.';
    return Promise.reject(new UpdateError('SERVER_UNAVAILABLE', message, { retry: false }));
  },
};
