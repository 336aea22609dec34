import { join } from 'node:path';
import type {
  BootId,
  BurstId,
  DeviceId,
  Health,
  Sample,
  SampleRecord,
  SamplingSettings,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { SamplingConfig, ServerConfig } from '../config/config.ts';
import { openServer } from '../server/open-server.ts';
import { RefusedCredential } from '../server/refused-credential.ts';
import { newSampleCounters } from './sample-counters.ts';
import { SampleKeeper } from './sample-keeper.ts';
import { Sampler } from './sampler.ts';
import { changePlan } from './sampling-plan.ts';
import { SampleStore } from './store/sample-store.ts';
import { Uploader } from './upload/uploader.ts';

export interface SamplingOptions {
  readonly config: SamplingConfig;
  readonly server: ServerConfig;
  readonly device: DeviceId;
  /** Folder of the device's state; samples have one of their own in it. */
  readonly folder: string;
  readonly bootId: BootId;
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => BurstId;
  /** Also for each sample that an earlier run left. */
  readonly onKept: (sample: Sample) => void;
  readonly log: Logger;
}

/** From a classified frame to a sample on the server: pick, keep, upload. */
export class Sampling {
  readonly sampler: Sampler;
  readonly #options: SamplingOptions;
  readonly #counters = newSampleCounters();
  readonly #store: SampleStore;
  readonly #keeper: SampleKeeper;
  #uploader: Uploader | null = null;

  constructor(options: SamplingOptions) {
    this.#options = options;
    const { config, folder, bootId, clock, newId, log } = options;
    const { bounds, minFree, plan } = config;
    const counters = this.#counters;
    const { now } = clock;
    this.#store = new SampleStore({ folder: join(folder, 'samples'), bounds, minFree });
    this.#keeper = new SampleKeeper({
      folder,
      store: this.#store,
      bootId,
      counters,
      now,
      newId,
      log,
      onKept: (record) => {
        this.#tell(record);
        this.#uploader?.wake();
      },
    });
    this.sampler = new Sampler({ keeper: this.#keeper, counters, bootId, now, plan });
  }

  /** @throws AgentError `CONFIG_INVALID`, `STATE_UNUSABLE` */
  async start(): Promise<void> {
    const { config, server, device, clock, random, log } = this.#options;
    const client = await openServer(server, device);
    await this.#keeper.start();
    // Whether anyone was told of what an earlier run left is not known: once more does no harm.
    for (const { record } of this.#store.samples) this.#tell(record);
    this.#uploader = new Uploader({
      client,
      store: this.#store,
      counters: this.#counters,
      credential: new RefusedCredential(server),
      bandwidth: config.bandwidth,
      now: clock.now,
      monotonic: clock.monotonic,
      random,
      log,
    });
    this.#uploader.start();
  }

  /** What waits is written; uploads go on after the next start. */
  async close(): Promise<void> {
    await this.#uploader?.close();
    await this.#keeper.close();
  }

  /** What the control plane wants, over what agent.yaml says. */
  use(settings: SamplingSettings | undefined): void {
    const { plan } = this.#options.config;
    this.sampler.use(settings ? changePlan(plan, settings) : plan);
  }

  get health(): NonNullable<Health['samples']> {
    const { evicted, samples, bytes } = this.#store;
    return { ...this.#counters, evicted, waiting: samples.length, waitingBytes: bytes };
  }

  get problems(): readonly string[] {
    const problem = this.#uploader?.problem;
    return problem ? [problem] : [];
  }

  /** Without the embedding: it is too long for a message. */
  #tell({ embedding: _, ...sample }: SampleRecord): void {
    this.#options.onKept(sample);
  }
}
