import { setTimeout as delay } from 'node:timers/promises';
import { Parts } from '@edgeloop/daemon';
import type { LoadedPackage } from '@edgeloop/onnx';
import {
  type BootId,
  type Health,
  millis,
  type OccurrenceId,
  type Reported,
  type SlotId,
  timestamp,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import { createSource } from './camera/create-source.ts';
import type { Clock } from './camera/frame.ts';
import { SupervisedSource } from './camera/supervised-source.ts';
import type { CameraConfig, Config } from './config/config.ts';
import { type Counters, newCounters } from './health/counters.ts';
import { HttpServer } from './health/http-server.ts';
import { createMetrics } from './health/metrics.ts';
import { findProblems } from './health/problems.ts';
import { loadPackages } from './model/load-packages.ts';
import { ModelSlot } from './model/model-slot.ts';
import { reportedOf } from './mqtt/reported.ts';
import { Uplink } from './mqtt/uplink.ts';
import { Outbox } from './outbox/outbox.ts';
import { CameraPipeline } from './pipeline/camera-pipeline.ts';

/** What an agent takes from the world around it. */
export interface Surroundings {
  readonly log: Logger;
  readonly version: string;
  readonly bootId: BootId;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly newId: () => OccurrenceId;
}

/** A frame in hand may take so long when the agent closes; then its process is ended. */
const LAST_FRAME = 1_000;

/** The daemon: every part, built and joined by hand, started in order and closed in reverse. */
export class Agent {
  readonly #config: Config;
  readonly #surroundings: Surroundings;
  readonly #parts: Parts;

  constructor(config: Config, surroundings: Surroundings) {
    this.#config = config;
    this.#surroundings = surroundings;
    this.#parts = new Parts(surroundings.log);
  }

  /**
   * Returns when everything runs; the broker may come later. What was started is closed when something fails.
   * @throws EdgeloopError with its own exit status
   */
  start(): Promise<void> {
    return this.#parts.start(() => this.#start());
  }

  /** Idempotent. Within about three seconds. */
  close(): Promise<void> {
    return this.#parts.close();
  }

  async #start(): Promise<void> {
    const { log, clock } = this.#surroundings;
    const packages = await loadPackages(this.#config);
    // The outbox changes before there is anyone to send it to.
    let uplinkStarted: Uplink | null = null;
    const outbox = this.#createOutbox(() => uplinkStarted);
    await outbox.start();
    this.#parts.add(() => outbox.close());

    const slots = await this.#startSlots(packages);
    const uplink = this.#createUplink(
      outbox,
      reportedOf(this.#config, packages, this.#surroundings),
    );
    uplinkStarted = uplink;
    uplink.start();
    this.#parts.add(() => uplink.close());

    const digests = [...packages.values()].map(({ digest }) => digest);
    const counters = newCounters(this.#config.cameras.keys(), digests);
    const pipelines = this.#createPipelines(slots, counters, outbox, uplink);
    const begun = clock.monotonic();
    const health = () => this.#health(begun, counters, slots, outbox, uplink);
    await this.#startHttp(health, pipelines, outbox, uplink);

    for (const pipeline of pipelines) pipeline.start();
    this.#parts.add(() => closePipelines(pipelines, slots));
    const report = setInterval(
      () => void uplink.publishHealth(health()),
      this.#config.healthInterval,
    );
    this.#parts.add(() => clearInterval(report));
    log.info({ cameras: [...this.#config.cameras.keys()] }, 'running');
  }

  #createOutbox(uplink: () => Uplink | null): Outbox {
    const { log, clock } = this.#surroundings;
    let rejecting = false;
    return new Outbox({
      folder: this.#config.state,
      bounds: this.#config.outbox,
      now: clock.now,
      onChange: (status) => {
        rejecting = false;
        uplink()?.outboxChanged(status);
      },
      onDamage: (movedTo) =>
        log.error({ movedTo }, 'the outbox was damaged: moved aside, a new stream begins'),
      onRejected: (rows, error) => {
        // Once, not for each frame: the disk is full enough.
        if (!rejecting) log.error({ rows, error: error.message }, 'results not committed');
        rejecting = true;
      },
    });
  }

  async #startSlots(
    packages: ReadonlyMap<SlotId, LoadedPackage>,
  ): Promise<ReadonlyMap<SlotId, ModelSlot>> {
    const slots = new Map<SlotId, ModelSlot>();
    for (const [id, { threads, deadline }] of this.#config.slots) {
      const loaded = packages.get(id) as LoadedPackage;
      const slot = new ModelSlot({ id, loaded, threads, deadline });
      this.#parts.add(() => slot.close());
      await slot.start();
      slots.set(id, slot);
      const { digest, variant, classes } = loaded;
      this.#surroundings.log.info({ slot: id, model: digest, variant, classes }, 'model loaded');
    }
    return slots;
  }

  #createUplink(outbox: Outbox, reported: Reported): Uplink {
    const { site, device, broker } = this.#config;
    return new Uplink({
      ...this.#surroundings,
      broker,
      address: { site, device },
      reported,
      outbox,
    });
  }

  #createPipelines(
    slots: ReadonlyMap<SlotId, ModelSlot>,
    counters: Counters,
    outbox: Outbox,
    uplink: Uplink,
  ): CameraPipeline[] {
    const { clock, random, newId, bootId } = this.#surroundings;
    return Array.from(this.#config.cameras, ([id, camera]) => {
      const log = this.#surroundings.log.child({ camera: id });
      const slot = slots.get(camera.slot) as ModelSlot;
      const cameraCounters = counters.cameras.get(id)!;
      const source = new SupervisedSource(createSource(camera.source, clock), {
        noFrameTimeout: camera.noFrameTimeout,
        random,
        onRestart: (error) => {
          cameraCounters.restarts += 1;
          log.error({ error: error.message }, 'source is started again');
        },
      });
      return new CameraPipeline({
        id,
        source,
        pace: camera.source.pace,
        decide: camera.decide,
        slot,
        bootId,
        counters: cameraCounters,
        modelCounters: counters.models.get(slot.loaded.digest)!,
        clock,
        newId,
        append: (row) => outbox.append(row),
        setState: (camera, state) => uplink.setState(camera, state),
        patience: patienceOf(camera),
        log,
      });
    });
  }

  async #startHttp(
    health: () => Health,
    pipelines: readonly CameraPipeline[],
    outbox: Outbox,
    uplink: Uplink,
  ): Promise<void> {
    const { http } = this.#config;
    if (!http) return;
    const { clock, log, version } = this.#surroundings;
    const metrics = createMetrics(health, () => uplink.connected);
    const server = new HttpServer({
      ...http,
      problems: () =>
        findProblems(
          pipelines.map(({ progress }) => progress),
          outbox.failing,
          clock.monotonic(),
        ),
      details: () => ({
        version,
        broker: uplink.connected ? 'connected' : 'disconnected',
        finished: pipelines.every(({ progress }) => progress.finished),
        ...health(),
      }),
      metrics: () => metrics.metrics(),
    });
    const port = await server.start();
    this.#parts.add(() => server.close());
    log.info({ url: `http://${http.host}:${port}` }, 'health and metrics');
  }

  #health(
    begun: number,
    counters: Counters,
    slots: ReadonlyMap<SlotId, ModelSlot>,
    outbox: Outbox,
    uplink: Uplink,
  ): Health {
    const { bootId, clock } = this.#surroundings;
    const restarts = (digest: string) =>
      [...slots.values()]
        .filter(({ loaded }) => loaded.digest === digest)
        .reduce((sum, slot) => sum + slot.restarts, 0);
    const { rows = 0, bytes = 0, evicted = 0 } = outbox.status ?? {};
    return {
      bootId,
      at: timestamp(clock.now()),
      uptimeSeconds: (clock.monotonic() - begun) / 1000,
      rssBytes: process.memoryUsage.rss(),
      cameras: Object.fromEntries(counters.cameras),
      models: Object.fromEntries(
        Array.from(counters.models, ([digest, model]) => [
          digest,
          { ...model, processRestarts: restarts(digest) },
        ]),
      ),
      outbox: { rows, bytes, evicted, rejected: outbox.rejected },
      connects: uplink.connects,
    };
  }
}

/** Three timeouts of the source: time for it to be started again, more than once. */
function patienceOf({ noFrameTimeout }: CameraConfig) {
  return millis(3 * noFrameTimeout);
}

/** A frame that hangs in a model's process must not hold up the end: then the processes go first. */
async function closePipelines(
  pipelines: readonly CameraPipeline[],
  slots: ReadonlyMap<SlotId, ModelSlot>,
): Promise<void> {
  const closed = Promise.all(pipelines.map((pipeline) => pipeline.close()));
  const late = delay(LAST_FRAME, 'late', { ref: false });
  if ((await Promise.race([closed, late])) === 'late') {
    await Promise.all(Array.from(slots.values(), (slot) => slot.close()));
  }
  await closed;
}
