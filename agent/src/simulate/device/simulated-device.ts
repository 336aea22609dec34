import { SerialQueue } from '@edgeloop/daemon';
import {
  type Ack,
  type Desired,
  type DeviceAddress,
  type Millis,
  type Random,
  type Reported,
  type RootKeys,
  type Sha256,
  seededRandom,
  timestamp,
  type UpdateState,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { CommandLog } from '../../commands/command-log.ts';
import { CommandRunner } from '../../commands/command-runner.ts';
import type { UpdatePorts } from '../../update/update-ports.ts';
import { celsiusOf, type Effects, effectsOf } from '../behaviour/effects.ts';
import { lie } from '../behaviour/lie.ts';
import type { Behaviour, Scenario } from '../scenario/scenario.ts';
import { DeviceFrames } from '../scene/device-frames.ts';
import { newBoot } from './boot.ts';
import { CAMERA } from './device-counters.ts';
import { DeviceLink, type DeviceLinkOptions } from './device-link.ts';
import { healthOf, reportedOf, statusOf } from './device-messages.ts';
import { DeviceModels } from './device-models.ts';
import { MemoryConfiguration } from './memory-configuration.ts';
import { MemoryFile } from './memory-file.ts';
import type { SimulatedCamera } from './simulated-camera.ts';
import { simulatedCommands } from './simulated-commands.ts';

export interface SimulatedDeviceOptions
  extends Pick<DeviceLinkOptions, 'broker' | 'count' | 'random'> {
  readonly address: DeviceAddress;
  /** Among the others: with the scenario's seed it says what is drawn for this one. */
  readonly index: number;
  readonly scenario: Scenario;
  /** Those of the scenario that this device has. */
  readonly behaviours: readonly Behaviour[];
  readonly version: string;
  readonly clock: Clock;
  /**
   * Since all devices were connected for the first time; 0 until then. What the scenario says of
   * times is by it.
   */
  readonly elapsed: () => Millis;
  readonly root: {
    readonly version: number | null;
    readonly keys: RootKeys | null;
    catchUp(newest: number): Promise<void>;
  };
  readonly fetch: UpdatePorts['fetch'];
  /** Null: it shows no pictures. */
  readonly camera: SimulatedCamera | null;
  /** What the package of a model is called; null: it was never fetched. */
  readonly nameOf: (model: Sha256) => string | null;
  readonly log: Logger;
}

/** How often a device that does not stay up looks whether it is. */
const PULSE = 50;

/**
 * A device of which camera and model are scripted, and nothing else: it connects, hears what is
 * desired, follows it by the agent's own rules and update machine, and says what becomes of it.
 * What a device has on disk is in memory.
 */
export class SimulatedDevice {
  readonly #options: SimulatedDeviceOptions;
  readonly #models: DeviceModels;
  readonly #configuration: MemoryConfiguration;
  readonly #random: Random;
  readonly #frames: DeviceFrames;
  readonly #commandFile = new MemoryFile<CommandLog>();
  #commands: CommandRunner;
  #boot;
  #link: DeviceLink | null = null;
  #desired: Desired | null = null;
  #crashes = 0;
  #restarting = false;
  #connects = 0;
  #timers: NodeJS.Timeout[] = [];
  /** Starts, ends and what is heard, one after the other. */
  readonly #queue = new SerialQueue();
  #closed = false;
  /** What it was told ended it. */
  #dead = false;

  constructor(options: SimulatedDeviceOptions) {
    const { scenario, index, clock, address } = options;
    this.#options = options;
    this.#random = seededRandom(scenario.seed, index);
    this.#frames = new DeviceFrames(scenario, this.#random);
    this.#configuration = new MemoryConfiguration(clock.now);
    this.#boot = newBoot(clock.monotonic());
    this.#commands = this.#newCommands();
    this.#models = new DeviceModels({
      ...options,
      device: address.device,
      slot: scenario.slot,
      runs: scenario.runs,
      probation: scenario.update.probation,
      agreement: scenario.model.agreement,
      root: () => options.root.keys,
      effects: ({ runs, since }) => this.#effects(runs, since),
      onReport: () => this.#publishReported(),
    });
  }

  get connected(): boolean {
    return this.#link?.connected ?? false;
  }

  /** It should be connected, and is not yet. */
  get isAwaited(): boolean {
    return !this.#dead && !this.connected && this.#now.connected;
  }

  /** Of the last assignment; null: there was none. */
  get updateState(): UpdateState | null {
    return this.#models.updateState;
  }

  get reported(): Reported {
    const { version, scenario, root } = this.#options;
    return reportedOf(this.#boot, version, scenario.slot, {
      slots: this.#models.reported,
      desired: this.#desired?.version ?? null,
      root: root.version,
      configuration: this.#configuration.report,
    });
  }

  /** Returns at once: the broker may come later. */
  start(): void {
    const { scenario, behaviours } = this.#options;
    void this.#inTurn(() => this.#models.boot());
    void this.#inTurn(async () => this.#options.camera?.start());
    this.#pulse();
    // Not all in the same moment: a fleet's reports are spread over the interval.
    const phase = this.#random.next() * scenario.health.interval;
    this.#timers.push(
      setTimeout(() => {
        this.#tick();
        this.#timers.push(setInterval(() => this.#tick(), scenario.health.interval));
      }, phase),
    );
    const steady = behaviours.every(({ does }) => !(does.offline || does.flaps || does.crashes));
    if (!steady) this.#timers.push(setInterval(() => this.#pulse(), PULSE));
  }

  /** Says offline and ends the connection in order. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#queue.idle();
    this.#commands.close();
    await this.#options.camera?.close();
    await this.#models.end();
    await this.#link?.close();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const { log, address } = this.#options;
    return this.#queue.run(work).catch((error: Error) => {
      log.error({ device: address.device, error: error.message }, 'simulated device');
    });
  }

  #effects(model: Sha256, since: Millis): Effects {
    const { behaviours, elapsed } = this.#options;
    return effectsOf(behaviours, { model, since, elapsed: elapsed() });
  }

  get #now(): Effects {
    const { runs, since } = this.#models.active;
    return this.#effects(runs, since);
  }

  /** Comes and goes as the scenario says. */
  #pulse(): void {
    if (this.#closed || this.#dead || this.#restarting) return;
    const { connected, crashes } = this.#now;
    const crashed = crashes > this.#crashes;
    this.#crashes = crashes;
    if (crashed) this.#startAgain();
    else if (connected && !this.#link) this.#connect();
    else if (!connected && this.#link) this.#drop();
  }

  #newCommands(): CommandRunner {
    const { camera, clock, log } = this.#options;
    return new CommandRunner({
      file: this.#commandFile,
      handlers: simulatedCommands(camera, [CAMERA], () => this.#startAgain()),
      endsAgent: new Set(['restart']),
      now: clock.now,
      acknowledge: (ack) => this.#answer(ack),
      log,
    });
  }

  #startAgain(): void {
    if (this.#closed || this.#dead || this.#restarting) return;
    this.#restarting = true;
    void this.#inTurn(() => this.#restart()).then(() => this.#up());
  }

  async #restart(): Promise<void> {
    this.#drop();
    this.#commands.close();
    this.#commands = this.#newCommands();
    await this.#commands.start();
    await this.#models.end();
    this.#boot = newBoot(this.#options.clock.monotonic());
    this.#connects = 0;
    this.#configuration.boot();
    await this.#models.boot();
  }

  #up(): void {
    this.#restarting = false;
    this.#pulse();
  }

  #connect(): void {
    const { log, address, version, clock } = this.#options;
    this.#link = new DeviceLink({
      ...this.#options,
      status: (state) => statusOf(state, this.#boot, version, clock),
      onBorn: () => {
        this.#connects += 1;
        this.#publishReported();
      },
      inbox: {
        delivered: () => {},
        desired: (desired) => void this.#inTurn(() => this.#receive(desired)),
        command: (name, command) => this.#commands.receive(name, command),
      },
      onIgnored: (topic, { message: error }) => log.warn({ topic, error }, 'message ignored'),
    });
    log.debug({ device: address.device }, 'connecting');
    this.#link.start();
  }

  #drop(): void {
    void this.#link?.drop();
    this.#link = null;
  }

  async #receive(desired: Desired): Promise<void> {
    if (this.#dead) return;
    const given = desired.slots?.[this.#options.scenario.slot]?.active?.signed.digest;
    if (given && this.#effects(given, this.#options.elapsed()).dies) {
      this.#dead = true;
      this.#drop();
      return;
    }
    this.#desired = desired;
    if (desired.root !== undefined) await this.#options.root.catchUp(desired.root).catch(() => {});
    this.#configuration.receive(desired.configuration, this.#now.refusesConfiguration);
    await this.#models.receive(desired.slots);
    this.#publishReported();
  }

  #tick(): void {
    const { scenario, clock, elapsed, address } = this.#options;
    const effects = this.#now;
    const { runs } = this.#models.active;
    for (const frame of this.#frames.between(elapsed(), effects)) {
      this.#boot.counters.count(runs, frame);
      this.#models.look(frame, this.#random);
    }
    const { agreement } = this.#models;
    const at = timestamp(clock.now());
    if (agreement) {
      const shadow = () => ({ bootId: this.#boot.id, at, slots: agreement });
      void this.#link?.publishNewest('shadow', address, shadow);
    }
    if (effects.mute) return;
    const health = () => {
      const told = { connects: this.#connects, celsius: celsiusOf(effects) };
      return lie(healthOf(this.#boot, told, clock), effects.lies, scenario.runs);
    };
    void this.#link?.publishNewest('health', address, health);
  }

  #answer(ack: Ack): void {
    this.#link?.publish('ack', { ...this.#options.address, commandId: ack.id }, ack);
  }

  #publishReported(): void {
    this.#link?.publish('reported', this.#options.address, this.reported);
  }
}
