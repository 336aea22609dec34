import { Parts } from '@edgeloop/daemon';
import type { LoadedPackage } from '@edgeloop/onnx';
import {
  type BootId,
  type BurstId,
  type Health,
  millis,
  type OccurrenceId,
  type Sample,
  type SlotId,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import { createSource } from './camera/create-source.ts';
import type { Clock } from './camera/frame.ts';
import { SupervisedSource } from './camera/supervised-source.ts';
import { CommandRunner } from './commands/command-runner.ts';
import { snapshot } from './commands/snapshot.ts';
import type { CameraConfig, Config } from './config/config.ts';
import type { Configuration } from './configuration/configuration.ts';
import { DesiredState } from './desired/desired-state.ts';
import { type Counters, newCounters } from './health/counters.ts';
import { HttpServer } from './health/http-server.ts';
import { createMetrics } from './health/metrics.ts';
import { findProblems } from './health/problems.ts';
import { readHealth } from './health/read-health.ts';
import { loadPackages } from './model/load-packages.ts';
import { ModelSlot } from './model/model-slot.ts';
import { reportedOf } from './mqtt/reported.ts';
import { Uplink } from './mqtt/uplink.ts';
import { Outbox } from './outbox/outbox.ts';
import { CameraPipeline } from './pipeline/camera-pipeline.ts';
import { closePipelines } from './pipeline/close-pipelines.ts';
import { Sampling } from './sampling/sampling.ts';

/** What an agent takes from the world around it. */
export interface Surroundings {
  readonly log: Logger;
  readonly version: string;
  readonly bootId: BootId;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  /** A new UUID. */
  readonly newId: () => OccurrenceId & BurstId;
  /** What the control plane sets over agent.yaml. */
  readonly configuration: Pick<Configuration, 'receive' | 'report'>;
}

/** Where what was seen goes. */
interface Outlets {
  readonly outbox: Outbox;
  readonly uplink: Uplink;
  /** Null: no samples are kept. */
  readonly sampling: Sampling | null;
}

/** The daemon: every part, built and joined by hand, started in order and closed in reverse. */
export class Agent {
  readonly #config: Config;
  readonly #surroundings: Surroundings;
  readonly #parts: Parts;
  #uplink: Uplink | null = null;

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

  /** What is reported has changed. */
  sayReported(): void {
    this.#uplink?.sayReported();
  }

  async #start(): Promise<void> {
    const { log, clock } = this.#surroundings;
    const packages = await loadPackages(this.#config);
    // The outbox changes before there is anyone to send it to.
    const outbox = this.#createOutbox(() => this.#uplink);
    await outbox.start();
    this.#parts.add(() => outbox.close());

    const slots = await this.#startSlots(packages);
    const { uplink, sampling } = await this.#startUplink(packages, outbox);
    this.#uplink = uplink;

    const digests = [...packages.values()].map(({ digest }) => digest);
    const counters = newCounters(this.#config.cameras.keys(), digests);
    const pipelines = this.#createPipelines(slots, counters, { outbox, uplink, sampling });
    const begun = clock.monotonic();
    const health = () =>
      readHealth({
        ...this.#surroundings,
        ...{ begun, counters, slots: [...slots.values()], outbox, uplink, sampling },
      });
    await this.#startHttp(health, pipelines, { outbox, uplink, sampling });

    for (const pipeline of pipelines) pipeline.start();
    this.#parts.add(() => closePipelines(pipelines, slots.values()));
    const report = setInterval(
      () => void uplink.publishHealth(health()),
      this.#config.healthInterval,
    );
    this.#parts.add(() => clearInterval(report));
    log.info({ cameras: [...this.#config.cameras.keys()] }, 'running');
  }

  /** What the device says and hears, with the parts that hear it: sampling, desired configuration, commands. */
  async #startUplink(packages: ReadonlyMap<SlotId, LoadedPackage>, outbox: Outbox) {
    const { log, clock, configuration } = this.#surroundings;
    const { site, device, broker, state: folder, cameras } = this.#config;
    // These speak through the uplink, which hears for them: none is started before it is there.
    const sampling = this.#createSampling((sample) => uplink.announce(sample));
    const desired = new DesiredState({
      folder,
      apply: (wanted) => sampling?.use(wanted.sampling),
      onApplied: () => uplink.sayReported(),
      log,
    });
    const commands = new CommandRunner({
      folder,
      handlers: new Map([['snapshot', snapshot(sampling?.sampler ?? null, [...cameras.keys()])]]),
      now: clock.now,
      acknowledge: (ack) => uplink.acknowledge(ack),
      log,
    });
    const uplink: Uplink = new Uplink({
      ...this.#surroundings,
      broker,
      address: { site, device },
      reported: () => reportedOf(this.#config, packages, this.#surroundings, desired.version),
      outbox,
      onDesired: (message) => {
        desired.receive(message);
        configuration.receive(message.configuration);
      },
      onCommand: (name, command) => commands.receive(name, command),
    });
    await desired.start();
    await commands.start();
    uplink.start();
    this.#parts.add(() => uplink.close());
    this.#parts.add(() => commands.close());
    await sampling?.start();
    this.#parts.add(() => sampling?.close());
    return { uplink, sampling };
  }

  #createSampling(onKept: (sample: Sample) => void): Sampling | null {
    const { device, state: folder, server, sampling: config } = this.#config;
    if (!server || !config) return null;
    return new Sampling({ ...this.#surroundings, config, server, device, folder, onKept });
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

  #createPipelines(
    slots: ReadonlyMap<SlotId, ModelSlot>,
    counters: Counters,
    { outbox, uplink, sampling }: Outlets,
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
        sample: (classified) => sampling?.sampler.consider(classified),
        patience: patienceOf(camera),
        log,
      });
    });
  }

  async #startHttp(
    health: () => Health,
    pipelines: readonly CameraPipeline[],
    { outbox, uplink, sampling }: Outlets,
  ): Promise<void> {
    const { http } = this.#config;
    if (!http) return;
    const { clock, log, version } = this.#surroundings;
    const metrics = createMetrics(health, () => uplink.connected);
    const server = new HttpServer({
      ...http,
      problems: () => [
        ...findProblems(
          pipelines.map(({ progress }) => progress),
          outbox.failing,
          clock.monotonic(),
        ),
        ...(uplink.problem ? [uplink.problem] : []),
        ...(sampling?.problems ?? []),
      ],
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
}

/** Three timeouts of the source: time for it to be started again, more than once. */
function patienceOf({ noFrameTimeout }: CameraConfig) {
  return millis(3 * noFrameTimeout);
}
