import { Lifecycle, type Liveness } from '@edgeloop/daemon';
import type { CameraId, Sample } from '@edgeloop/protocol';
import { commandHandlers } from './commands/command-handlers.ts';
import { CommandRunner, commandFile } from './commands/command-runner.ts';
import type { Config } from './config/config.ts';
import { statusControl } from './control/status-control.ts';
import { DesiredState } from './desired/desired-state.ts';
import { createHeads, headParts } from './head/create-heads.ts';
import type { Heads } from './head/heads.ts';
import { type Counters, newCounters } from './health/counters.ts';
import { createHttp, type HttpParts } from './health/create-http.ts';
import { HealthReports, type HealthReportsOptions } from './health/health-reports.ts';
import { livenessOf } from './health/liveness.ts';
import { Machine } from './health/machine.ts';
import { PatientServer } from './health/patient-server.ts';
import { readHealth } from './health/read-health.ts';
import { RecentFigures } from './health/recent-figures.ts';
import { Temperature } from './health/temperature.ts';
import { Governor } from './heat/governor.ts';
import { createHomeAssistant } from './home-assistant/create-home-assistant.ts';
import { LiveView } from './local-page/live-view.ts';
import { ModelSlot } from './model/model-slot.ts';
import { createImages, createRetained } from './mqtt/create-images.ts';
import { reportedOf } from './mqtt/reported.ts';
import { Uplink } from './mqtt/uplink.ts';
import { createOutbox } from './outbox/create-outbox.ts';
import type { Outbox } from './outbox/outbox.ts';
import { Pictures } from './pictures/pictures.ts';
import type { CameraPipeline } from './pipeline/camera-pipeline.ts';
import { closePipelines } from './pipeline/close-pipelines.ts';
import { createPipelines } from './pipeline/create-pipelines.ts';
import { Sampling } from './sampling/sampling.ts';
import type { Surroundings } from './surroundings.ts';
import { Models } from './update/models.ts';

/** The daemon: every part, built and joined by hand, started in order and closed in reverse. */
export class Agent {
  readonly #config: Config;
  readonly #surroundings: Surroundings;
  readonly #lifecycle: Lifecycle;
  readonly #temperature = new Temperature();
  readonly #counters: Counters;
  #uplink: Uplink | null = null;
  #http: PatientServer | null = null;
  #pipelines: readonly CameraPipeline[] = [];

  constructor(config: Config, surroundings: Surroundings) {
    this.#config = config;
    this.#surroundings = surroundings;
    this.#lifecycle = new Lifecycle(surroundings.log);
    this.#counters = newCounters(config.cameras.keys());
  }

  /**
   * Returns when everything runs; the broker may come later. What was started is closed when
   * something fails.
   * @throws EdgeloopError with its own exit status
   */
  start(): Promise<void> {
    return this.#lifecycle.start(() => this.#start());
  }

  /**
   * Idempotent. Within about three seconds; while it starts, after the part that is just starting.
   * A model that loads is not waited for.
   */
  close(): Promise<void> {
    return this.#lifecycle.closeAfterStart();
  }

  /** The liveness of the agent, judged by the progress of its cameras. */
  liveness(): Liveness {
    const progress = this.#pipelines.map((pipeline) => pipeline.progress);
    let classified = 0;
    for (const camera of this.#counters.cameras.values()) classified += camera.classified;
    const now = this.#surroundings.clock.monotonic();
    return livenessOf(progress, classified, now, this.#http?.problem);
  }

  /** What is reported has changed. */
  publishReported(): void {
    this.#uplink?.publishReported();
  }

  async #start(): Promise<void> {
    const config = this.#config;
    const { log, clock } = this.#surroundings;
    // The outbox changes before there is anyone to send it to, and so do the models.
    const outbox = await this.#startOutbox();
    const { machine, governor } = await this.#startGovernor();
    const models = this.#createModels(governor);
    this.#lifecycle.add(() => models.close());
    await models.start();
    const heads = createHeads(config, models, this.#surroundings);
    this.#lifecycle.add(() => heads.close());
    const spoken = await this.#startUplink(models, heads, outbox);
    this.#uplink = spoken.uplink;

    const outlets = { outbox, heads, ...spoken };
    const slots = models.live;
    const view = new LiveView(config.cameras.keys(), clock.monotonic);
    this.#lifecycle.add(() => view.close());
    const pipelines = createPipelines(
      config,
      models,
      this.#counters,
      { ...outlets, view },
      { ...this.#surroundings, interval: () => governor.interval },
    );
    this.#pipelines = pipelines;
    const begun = clock.monotonic();
    const health = () =>
      readHealth({
        ...this.#surroundings,
        ...outlets,
        begun,
        counters: this.#counters,
        slots: [...slots.values()],
        celsius: () => this.#temperature.celsius,
        machine: machine.state,
        interval: governor.interval,
      });
    const modelOf = (camera: CameraId) =>
      slots.get(config.cameras.get(camera)!.slot)!.current.served;
    const figures = new RecentFigures(this.#counters, modelOf, begun);
    await this.#startHttp({ ...outlets, health, pipelines, models, figures, view });

    for (const pipeline of pipelines) pipeline.start();
    this.#lifecycle.add(() => closePipelines(pipelines, slots.values()));
    this.#startReports({
      uplink: spoken.uplink,
      begun,
      modelOf,
      health,
      shadow: () => models.shadow(this.#surroundings.bootId),
    });
    models.resume();
    this.#lifecycle.add(() => models.pause());
    await this.#startControls(heads, spoken.uplink);
    log.info({ cameras: [...config.cameras.keys()] }, 'running');
  }

  async #startOutbox(): Promise<Outbox> {
    const outbox = createOutbox(this.#config, this.#surroundings, (status) =>
      this.#uplink?.outboxChanged(status),
    );
    this.#lifecycle.add(() => outbox.close());
    await outbox.start();
    return outbox;
  }

  /** What slows inferences down, with the machine that it looks at. */
  async #startGovernor(): Promise<{ machine: Machine; governor: Governor }> {
    this.#lifecycle.add(() => this.#temperature.close());
    await this.#temperature.start();
    const machine = new Machine(this.#config.state);
    this.#lifecycle.add(() => machine.close());
    await machine.start();
    const governor = new Governor({
      limits: this.#config.heat,
      heat: () => ({ celsius: this.#temperature.celsius, throttled: machine.state.throttled }),
      log: this.#surroundings.log,
    });
    this.#lifecycle.add(() => governor.close());
    governor.start();
    return { machine, governor };
  }

  /** Health, metrics and the local page, where the configuration says so. */
  async #startHttp(asked: HttpParts): Promise<void> {
    const { http, page } = this.#config;
    if (!http) return;
    const { log, waitsForPort } = this.#surroundings;
    const server = createHttp({ ...this.#config, http }, asked, this.#surroundings);
    const onListening = (port: number) =>
      log.info({ url: `http://${http.host}:${port}`, page: page !== null }, 'health and metrics');
    this.#http = new PatientServer({ server, waits: waitsForPort, onListening, log });
    this.#lifecycle.add(() => this.#http?.close());
    await this.#http.start();
  }

  #startReports(parts: Omit<HealthReportsOptions, 'every' | 'counters' | 'monotonic'>): void {
    const reports = new HealthReports({
      ...parts,
      every: this.#config.healthInterval,
      counters: this.#counters,
      monotonic: this.#surroundings.clock.monotonic,
    });
    reports.start();
    this.#lifecycle.add(() => reports.close());
  }

  /** What the command line asks of the agent, and what asks the heads for fits. */
  async #startControls(heads: Heads, uplink: Uplink): Promise<void> {
    const { broker } = this.#config;
    const { monotonic } = this.#surroundings.clock;
    const controls = statusControl({
      broker,
      uplink,
      pipelines: this.#pipelines,
      counters: this.#counters,
      monotonic,
      http: () => this.#http?.problem ?? null,
    });
    for (const part of headParts(this.#config, heads, controls, this.#surroundings)) {
      this.#lifecycle.add(() => part.close());
      await part.start();
    }
  }

  #createModels(governor: Governor): Models {
    return new Models({
      ...this.#surroundings,
      config: this.#config,
      closing: this.#lifecycle.closing,
      createModel: (options) => new ModelSlot(options),
      connected: () => this.#uplink?.connected ?? false,
      celsius: () => this.#temperature.celsius,
      interval: () => governor.interval,
      onChange: () => this.publishReported(),
    });
  }

  /**
   * What the device says and hears, with the parts that hear it: sampling, desired configuration,
   * commands.
   */
  async #startUplink(models: Models, heads: Heads, outbox: Outbox) {
    const { log, clock, configuration } = this.#surroundings;
    const { site, device, broker, state: folder } = this.#config;
    // These speak through the uplink, which hears for them: none is started before it is there.
    const sampling = this.#createSampling((sample) => uplink.announce(sample));
    const pictures = this.#createPictures();
    const images = createImages(this.#config, log);
    const retained = createRetained(this.#config, log);
    const homeAssistant = createHomeAssistant(this.#config, this.#surroundings, () => {
      uplink.republishRetained();
      images.republishRetained();
    });
    const desired = new DesiredState({
      folder,
      apply: (wanted) => {
        sampling?.use(wanted.sampling);
        models.receive(wanted);
      },
      onApplied: () => uplink.publishReported(),
      log,
    });
    const commands = new CommandRunner({
      file: commandFile(folder),
      handlers: commandHandlers(this.#config, { sampling, pictures, heads }, this.#surroundings),
      endsAgent: new Set(['restart']),
      now: clock.now,
      acknowledge: (ack) => uplink.acknowledge(ack),
      log,
    });
    const uplink: Uplink = new Uplink({
      ...this.#surroundings,
      broker,
      address: { site, device },
      reported: () => reportedOf(this.#config, models, this.#surroundings, desired.version),
      outbox,
      companions: [homeAssistant, images, ...retained],
      onDesired: (message) => {
        desired.receive(message);
        configuration.receive(message.configuration);
      },
      onCommand: (name, command) => commands.receive(name, command),
    });
    await desired.start();
    await commands.start();
    await Promise.all(retained.map((kept) => kept.start()));
    await homeAssistant.start();
    uplink.start();
    this.#lifecycle.add(() => uplink.close());
    await sampling?.start();
    this.#lifecycle.add(() => sampling?.close());
    await pictures?.start();
    this.#lifecycle.add(() => pictures?.close());
    // First: what a command waits for ends with the parts, and is no answer then.
    this.#lifecycle.add(() => commands.close());
    return { uplink, sampling, pictures, images };
  }

  #createSampling(onKept: (sample: Sample) => void): Sampling | null {
    const { device, state: folder, server, sampling: config } = this.#config;
    if (!server || !config) return null;
    return new Sampling({ ...this.#surroundings, config, server, device, folder, onKept });
  }

  #createPictures(): Pictures | null {
    const { device, server, pictures: config } = this.#config;
    if (!server || !config) return null;
    return new Pictures({ ...this.#surroundings, config, server, device });
  }
}
