import { join } from 'node:path';
import { SerialQueue } from '@edgeloop/daemon';
import {
  type DeviceAddress,
  discoveryTopic,
  homeAssistantStatusTopic,
  Ids,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import Type, { type Static } from 'typebox';
import type { HomeAssistantConfig } from '../config/config.ts';
import type { Companion, Link } from '../mqtt/companion.ts';
import { beginAnew, StateFile } from '../state/state-file.ts';
import type { Discovery } from './discovery.ts';
import { platformsOf, withRemoved } from './with-removed.ts';

export interface HomeAssistantOptions {
  readonly address: DeviceAddress;
  /** Null: it is told nothing, and forgets what it was told. */
  readonly config: HomeAssistantConfig | null;
  readonly discovery: Discovery;
  readonly folder: string;
  /** It has started, and was told: what its entities show is to be said again. */
  readonly onBirth: () => void;
  readonly random: () => number;
  readonly log: Logger;
}

/** What a broker may keep of it. */
const Announcement = Type.Object({
  site: Ids.site,
  device: Ids.device,
  prefix: Type.String(),
  components: Type.Record(Type.String(), Type.String()),
});
type Announcement = Static<typeof Announcement>;
const File = Type.Object({ told: Type.Union([Announcement, Type.Null()]) });

/** A house's devices answer its birth within this time, each at its own moment, in ms. */
const SPREAD = 1_000;
/**
 * So long it has to make entities of what it was told, before these are told what to show, in ms.
 */
const SETTLE = 2_000;

/**
 * Tells Home Assistant what the device is, on each connection and when it says that it has started;
 * and has the broker forget it when this was switched off, or the prefix is another. First it asks
 * to hear of its start: a broker that refuses that refuses the rest, and ours would cut the
 * connection for the attempt.
 */
export class HomeAssistant implements Companion {
  readonly #options: HomeAssistantOptions;
  readonly #file: StateFile<typeof File>;
  #told: Announcement | null = null;
  #link: Link | null = null;
  /** To a birth, until it is given. */
  #answer: NodeJS.Timeout | null = null;
  readonly #queue = new SerialQueue();
  /** What the broker said of each prefix, on this connection. */
  #grants = new Map<string, boolean>();

  constructor(options: HomeAssistantOptions) {
    this.#options = options;
    this.#file = new StateFile(join(options.folder, 'home-assistant.json'), File);
  }

  /** Before the first connection. */
  async start(): Promise<void> {
    const { site, device } = this.#options.address;
    const file = await this.#file.read().catch(beginAnew(this.#options.log));
    const told = file?.told ?? null;
    // What stands under another name is not this device's to clear: the control plane does.
    this.#told = told?.site === site && told.device === device ? told : null;
  }

  connected(link: Link): void {
    this.#link = link;
    this.#grants = new Map();
    this.#speak(link);
  }

  disconnected(): void {
    this.#link = null;
    if (this.#answer) clearTimeout(this.#answer);
    this.#answer = null;
  }

  onMessage(topic: string, payload: Uint8Array): boolean {
    const { config, random } = this.#options;
    if (!config || topic !== homeAssistantStatusTopic(config.prefix)) return false;
    // More births meanwhile get the same answer.
    if (!this.#answer && isOnline(payload)) {
      this.#answer = setTimeout(() => this.#greet(), random() * SPREAD);
    }
    return true;
  }

  #greet(): void {
    if (this.#link) this.#speak(this.#link);
    this.#answer = setTimeout(() => {
      this.#answer = null;
      this.#options.onBirth();
    }, SETTLE);
  }

  /** One after the other; what fails is tried on the next connection. */
  #speak(link: Link): void {
    const spoken = this.#queue.run(async () => {
      await this.#forget(link);
      await this.#announce(link);
    });
    spoken.catch((error: Error) => {
      this.#options.log.warn({ error: error.message }, 'Home Assistant not told');
    });
  }

  async #forget(link: Link): Promise<void> {
    const { config, address } = this.#options;
    const told = this.#told;
    if (!told || told.prefix === config?.prefix) return;
    if (!(await this.#granted(link, told.prefix))) return;
    await link.publish(discoveryTopic(told.prefix, address), '', { qos: 1, retain: true });
    await this.#note(null);
  }

  async #announce(link: Link): Promise<void> {
    const { config, address, discovery } = this.#options;
    if (!config || !(await this.#granted(link, config.prefix))) return;
    const told = this.#told?.prefix === config.prefix ? this.#told.components : {};
    const payload = withRemoved(discovery, told);
    // First: what is told must be known to be cleared some day.
    await this.#note({ ...address, ...config, components: { ...platformsOf(payload) } });
    const topic = discoveryTopic(config.prefix, address);
    await link.publish(topic, JSON.stringify(payload), { qos: 1, retain: true });
  }

  /** Asked once a connection: a birth that is retained would come again each time. */
  async #granted(link: Link, prefix: string): Promise<boolean> {
    const known = this.#grants.get(prefix);
    if (known !== undefined) return known;
    const granted = await link.subscribe(homeAssistantStatusTopic(prefix));
    this.#grants.set(prefix, granted);
    if (!granted) {
      this.#options.log.warn(
        { prefix },
        'the broker lets no device speak to Home Assistant below this prefix: start edgeloop-control-plane with --home-assistant and the same prefix, or name its prefix in homeAssistant.prefix',
      );
    }
    return granted;
  }

  async #note(told: Announcement | null): Promise<void> {
    if (JSON.stringify(told) !== JSON.stringify(this.#told)) await this.#file.write({ told });
    this.#told = told;
  }
}

const isOnline = (payload: Uint8Array) => new TextDecoder().decode(payload) === 'online';
