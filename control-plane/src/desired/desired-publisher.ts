import {
  type Desired,
  type DeviceAddress,
  type DeviceId,
  type EpochMillis,
  millis,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import { PeriodicTask } from '../periodic-task/periodic-task.ts';
import { composeDesired } from './compose-desired.ts';
import type { DesiredPart, DesiredSource } from './desired-source.ts';
import type { DesiredStore, Telling, ToldDevice } from './desired-store.ts';

export interface DesiredPublisherOptions {
  readonly store: DesiredStore;
  /** Whether anything is said to a device there: not to one that was revoked or has left. */
  readonly admits: (address: DeviceAddress) => boolean;
  readonly now: () => EpochMillis;
  readonly log: Logger;
  /** Something is on disk, and about to be told. */
  readonly checkpoint: (key: string) => void;
}

/** What it says, and to whom it says it. */
export interface DesiredPublisherJoins {
  readonly sources: readonly DesiredSource[];
  /** Resolves when the broker took it. */
  readonly publish: (address: DeviceAddress, desired: Desired) => Promise<void>;
  /** There is nothing new for it since it was told that version, perhaps by an earlier process. */
  readonly onUnchanged: (address: DeviceAddress, version: number) => void;
}

/** Devices that are read, and told, together. */
const BATCH = 256;
/** Messages on their way to the broker at once. */
const AT_ONCE = 32;
/** After the broker was away. */
const AGAIN_AFTER = millis(1000);

/**
 * The one place that says to a device what should run on it: composed of what each source says,
 * told only where it has changed, one message after another for each device. What waits is the name
 * of a device, once.
 */
export class DesiredPublisher {
  readonly #options: DesiredPublisherOptions;
  /** True: to be told though nothing has changed. */
  readonly #waiting = new Map<DeviceId, boolean>();
  readonly #task: PeriodicTask;
  #joins: DesiredPublisherJoins = { sources: [], publish: async () => {}, onUnchanged: () => {} };
  #all = false;

  constructor(options: DesiredPublisherOptions) {
    this.#options = options;
    this.#task = new PeriodicTask({
      every: null,
      afterFailure: AGAIN_AFTER,
      run: (signal) => this.#tell(signal),
      onFailure: ({ message }) => options.log.warn({ error: message }, 'devices are told later'),
    });
  }

  /**
   * Tells every device what has changed while nobody told it, and then those that it is asked to.
   */
  start(joins: DesiredPublisherJoins): void {
    this.#joins = joins;
    this.tellAll();
    this.#task.start();
  }

  close(): Promise<void> {
    return this.#task.close();
  }

  /** Something may have changed for these. Returns at once. */
  tell(devices: Iterable<DeviceId>): void {
    for (const device of devices) {
      if (!this.#waiting.has(device)) this.#waiting.set(device, false);
    }
    this.#task.trigger();
  }

  /** It has lost what it was told. */
  tellAgain(device: DeviceId): void {
    this.#waiting.set(device, true);
    this.#task.trigger();
  }

  /** Something may have changed for any. */
  tellAll(): void {
    this.#all = true;
    this.#task.trigger();
  }

  async #tell(signal: AbortSignal): Promise<void> {
    if (this.#all) await this.#nameAll();
    await this.#tellWaiting(signal);
  }

  async #nameAll(): Promise<void> {
    this.#all = false;
    try {
      for (let after = ''; ; ) {
        const names = await this.#options.store.names(after, BATCH * 4);
        this.tell(names);
        if (names.length < BATCH * 4) return;
        after = names.at(-1) ?? '';
      }
    } catch (error) {
      this.#all = true;
      throw error;
    }
  }

  async #tellWaiting(signal: AbortSignal): Promise<void> {
    while (this.#waiting.size > 0 && !signal.aborted) {
      const batch = new Map(Array.from(this.#waiting).slice(0, BATCH));
      for (const device of batch.keys()) this.#waiting.delete(device);
      try {
        await this.#tellBatch(batch);
      } catch (error) {
        for (const [device, again] of batch) {
          this.#waiting.set(device, again || (this.#waiting.get(device) ?? false));
        }
        throw error;
      }
    }
  }

  async #tellBatch(batch: ReadonlyMap<DeviceId, boolean>): Promise<void> {
    const { store, checkpoint } = this.#options;
    const devices = await store.read([...batch.keys()]);
    // Gone since they were named.
    if (devices.length === 0) return;
    const bodies = await this.#compose(devices);
    const tellings: Telling[] = [];
    for (const { device, site, told } of devices) {
      const body = bodies.get(device) as string;
      const changed = told ? told.body !== body || told.site !== site : body !== '{}';
      if (!this.#options.admits({ site, device })) continue;
      if (!changed && (told === null || (told.at !== null && !batch.get(device)))) {
        if (told) this.#joins.onUnchanged({ site, device }, told.version);
        continue;
      }
      const version = changed ? this.#nextVersion(told?.version ?? 0) : (told?.version ?? 0);
      tellings.push({ device, site, version, body });
    }
    await store.keep(tellings);
    if (tellings.length > 0) checkpoint(`telling ${tellings.map((it) => it.version)}`);
    await this.#publishAll(tellings);
  }

  /**
   * Of several processes, and after a database was brought back from yesterday, the clock is what
   * rises.
   */
  #nextVersion(last: number): number {
    return Math.max(last + 1, this.#options.now());
  }

  async #compose(devices: readonly ToldDevice[]): Promise<ReadonlyMap<DeviceId, string>> {
    const { sources } = this.#joins;
    const names = devices.map(({ device }) => device);
    const said = await Promise.all(sources.map((source) => source.read(names)));
    return new Map(
      devices.map(({ device, told }) => {
        const before: DesiredPart = told ? JSON.parse(told.body) : {};
        const says = sources.map(({ parts }, i) => {
          const source = said[i];
          return { parts, says: source ? source.get(device) : null };
        });
        return [device, JSON.stringify(composeDesired(says, before))];
      }),
    );
  }

  async #publishAll(tellings: readonly Telling[]): Promise<void> {
    const { store } = this.#options;
    const { publish } = this.#joins;
    for (let from = 0; from < tellings.length; from += AT_ONCE) {
      const some = tellings.slice(from, from + AT_ONCE);
      await Promise.all(
        some.map(({ device, site, version, body }) =>
          publish({ site, device }, { version, ...JSON.parse(body) }),
        ),
      );
    }
    // Once for all: after a kill between, they are told the same again.
    await store.markTold(tellings.map(({ device }) => device));
  }
}
