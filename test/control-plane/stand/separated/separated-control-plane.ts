import { setTimeout as delay } from 'node:timers/promises';
import type { Test } from 'tap';
import { Mosquitto } from '../../../stand/broker/mosquitto.ts';
import { ControlPlaneProcess } from '../../../stand/control-plane/control-plane-process.ts';
import { IngestProcess } from '../../../stand/control-plane/ingest-process.ts';
import { until } from '../../../stand/until.ts';
import type { Engine } from './engine.ts';

/**
 * A control plane of three processes on a Mosquitto: `run --without-ingest`, one that ingests and
 * one that stands by.
 */
export class SeparatedControlPlane {
  readonly broker = new Mosquitto();
  readonly #engine: Engine;
  #api: ControlPlaneProcess | null = null;
  #ingests: [holder: IngestProcess, standby: IngestProcess] | null = null;

  private constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** @param more options of all of them */
  static async start(
    t: Pick<Test, 'teardown'>,
    engine: Engine,
    more: readonly string[] = [],
  ): Promise<SeparatedControlPlane> {
    const started = new SeparatedControlPlane(engine);
    t.teardown(() => started.#close());
    await started.#start(more);
    return started;
  }

  get api(): ControlPlaneProcess {
    return this.#api as ControlPlaneProcess;
  }

  /** Who ingests. */
  get holder(): IngestProcess {
    return (this.#ingests as [IngestProcess, IngestProcess])[0];
  }

  get standby(): IngestProcess {
    return (this.#ingests as [IngestProcess, IngestProcess])[1];
  }

  /** When the one that stands by has taken over: it is the holder from now on. */
  async takenOver(): Promise<void> {
    await until(() => this.standby.ingests());
    this.#ingests = [this.standby, this.holder];
  }

  /** Stops who ingests (SIGSTOP), at a moment when it has the database to itself, or has not. */
  async stopHolder({ withLock }: { readonly withLock: boolean }): Promise<IngestProcess> {
    const { holder } = this;
    for (;;) {
      holder.signal('SIGSTOP');
      // The kernel stops one thread after another.
      await delay(20);
      if ((await this.#engine.isHeldUp()) === withLock) return holder;
      holder.signal('SIGCONT');
      await delay(5);
    }
  }

  async #start(more: readonly string[]): Promise<void> {
    const { broker } = this;
    await broker.start();
    const options = (part: Parameters<Engine['optionsOf']>[0]) => [
      ...this.#engine.optionsOf(part),
      ...['--broker', broker.url, ...more],
    ];
    this.#api = new ControlPlaneProcess([...options('api'), '--without-ingest']);
    this.#ingests = [
      new IngestProcess(options('ingest-1')),
      new IngestProcess(options('ingest-2')),
    ];
    await this.api.start();
    await this.holder.start();
    await until(() => this.holder.ingests());
    await this.standby.start();
  }

  async #close(): Promise<void> {
    for (const process of [this.#api, ...(this.#ingests ?? [])]) await process?.kill('SIGKILL');
    await this.broker.close();
  }
}
