import { Lifecycle } from '@edgeloop/daemon';
import type { Desired, Health, Reported } from '@edgeloop/protocol';
import { type CommandHandler, CommandRunner, commandFile } from '../commands/command-runner.ts';
import { logs } from '../commands/logs.ts';
import { restart } from '../commands/restart.ts';
import { secretsOf } from '../commands/secrets-of.ts';
import type { Config } from '../config/config.ts';
import { DesiredState } from '../desired/desired-state.ts';
import { Uplink } from '../mqtt/uplink.ts';
import { createOutbox } from '../outbox/create-outbox.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { lockState } from '../state/lock-state.ts';
import type { Surroundings } from '../surroundings.ts';
import type { HealthLink } from './safe-health.ts';

export interface SafeLinkOptions
  extends Omit<Surroundings, 'configuration' | 'agentFile' | 'waitsForPort'> {
  /** Whom to speak to, and as whom. */
  readonly config: Config;
  /** What runs: nothing, and why. */
  readonly reported: () => Reported;
  readonly health: (link: HealthLink) => Health;
  /** What the control plane says of the configuration. */
  readonly onConfiguration: (wanted: Desired['configuration']) => void;
}

/**
 * The device's connection while it runs nothing: it reports, its outbox is emptied, what is desired
 * is noted for later, its log can be read remotely, and it can be asked to start again.
 */
export class SafeLink {
  readonly #options: SafeLinkOptions;
  readonly #lifecycle: Lifecycle;
  #uplink: Uplink | null = null;
  #outbox: Outbox | null = null;

  constructor(options: SafeLinkOptions) {
    this.#options = options;
    this.#lifecycle = new Lifecycle(options.log);
  }

  get connected(): boolean {
    return this.#uplink?.connected ?? false;
  }

  /** Why the broker does not let it in; null: it does, or can't be reached. */
  get problem(): string | null {
    return this.#uplink?.problem ?? null;
  }

  /** Null until it has started. */
  get health(): Health | null {
    const [outbox, uplink] = [this.#outbox, this.#uplink];
    return outbox && uplink && this.#options.health({ outbox, uplink });
  }

  publishReported(): void {
    this.#uplink?.publishReported();
  }

  /**
   * Returns at once; the broker may come later.
   * @throws AgentError `STATE_IN_USE`, `STATE_UNUSABLE`, `OUTBOX_FAILED`
   */
  start(): Promise<void> {
    return this.#lifecycle.start(() => this.#start());
  }

  close(): Promise<void> {
    return this.#lifecycle.closeAfterStart();
  }

  async #start(): Promise<void> {
    const { config, clock, log, reported, onConfiguration } = this.#options;
    const { site, device, broker, state: folder } = config;
    this.#lifecycle.add(lockState(folder));
    const outbox = createOutbox(config, this.#options, (status) =>
      this.#uplink?.outboxChanged(status),
    );
    this.#lifecycle.add(() => outbox.close());
    await outbox.start();
    this.#outbox = outbox;
    const desired = new DesiredState({
      folder,
      log,
      // Which models, and which samples: for an agent that runs.
      apply: () => {},
      onApplied: () => {},
    });
    const commands = new CommandRunner({
      file: commandFile(folder),
      handlers: this.#handlers(),
      endsAgent: new Set(['restart']),
      now: clock.now,
      acknowledge: (ack) => uplink.acknowledge(ack),
      log,
    });
    const uplink: Uplink = new Uplink({
      ...this.#options,
      broker,
      address: { site, device },
      reported,
      outbox,
      companions: [],
      onDesired: (message) => {
        desired.receive(message);
        onConfiguration(message.configuration);
      },
      onCommand: (name, command) => commands.receive(name, command),
    });
    this.#uplink = uplink;
    await desired.start();
    await commands.start();
    uplink.start();
    this.#lifecycle.add(() => uplink.close());
    this.#lifecycle.add(() => commands.close());
    const tell = () => void uplink.publishHealth(this.#options.health({ outbox, uplink }));
    const report = setInterval(tell, config.healthInterval);
    this.#lifecycle.add(() => clearInterval(report));
  }

  #handlers(): ReadonlyMap<string, CommandHandler> {
    const { config, logTail: tail, restart: end, clock } = this.#options;
    const { server, device } = config;
    const secrets = () => secretsOf(config);
    return new Map([
      ['snapshot', refuse],
      ['preview', refuse],
      ['restart', restart(end)],
      ['logs', logs({ tail, server, device, secrets, now: clock.now })],
    ]);
  }
}

const refuse: CommandHandler = async () => ({
  outcome: 'refused',
  reason: 'the device is in safe mode: no camera runs until agent.yaml is mended',
});
