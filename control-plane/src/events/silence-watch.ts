import type { EpochMillis, Millis } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { SilentDevice } from '../store/read/list-silent.ts';
import type { Store } from '../store/store.ts';
import type { EventBus } from './event-bus.ts';

export interface SilenceWatchOptions {
  readonly store: Pick<Store, 'read'>;
  readonly events: EventBus;
  readonly now: () => EpochMillis;
  readonly log: Logger;
  /** A device that says nothing for so long is silent. */
  readonly after: Millis;
  readonly every: Millis;
}

/** Says once when a device falls silent, and once when it is back. */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  #silent: ReadonlyMap<string, SilentDevice> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#looking = this.#look();
    }, this.#options.every);
    this.#looking = this.#look();
  }

  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { store, now, after, log } = this.#options;
    try {
      const found = await store.read('listSilent', now() - after);
      const silent = new Map(found.map((device) => [device.device as string, device]));
      const { fell, gone } = changes(this.#silent, silent);
      this.#silent = silent;
      for (const device of fell) this.#tell('device.silent', device);
      for (const { device, lastSeenAt } of gone) {
        const view = await store.read('viewDevice', device);
        // One that was revoked or has left is not among the silent any more, and is not back
        // either.
        if (view?.lastSeenAt && view.lastSeenAt > lastSeenAt) {
          this.#tell('device.back', { ...view, lastSeenAt: view.lastSeenAt });
        }
      }
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'silent devices are looked for later');
    }
  }

  #tell(kind: 'device.silent' | 'device.back', { site, device, lastSeenAt }: SilentDevice): void {
    this.#options.events.publish({ kind, subject: { site, device }, data: { lastSeenAt } });
  }
}

/** @param before null: the first look; what was silent before this process began is not news */
export function changes<Device>(
  before: ReadonlyMap<string, Device> | null,
  now: ReadonlyMap<string, Device>,
): { readonly fell: readonly Device[]; readonly gone: readonly Device[] } {
  if (before === null) return { fell: [], gone: [] };
  const missing = (from: ReadonlyMap<string, Device>, of: ReadonlyMap<string, Device>) =>
    Array.from(of).flatMap(([id, device]) => (from.has(id) ? [] : [device]));
  return { fell: missing(before, now), gone: missing(now, before) };
}
