import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { INFERENCE_BUCKETS_MS } from '@edgeloop/protocol';
import { Aedes } from 'aedes';

export const LABELS = ['good', 'scratch', 'bent', 'empty'] as const;
export const FLEET_MODEL = 'f1ee'.repeat(16);

/** How a device differs from one that is all right. */
export interface DeviceReport {
  readonly device: string;
  readonly site: string;
  readonly state?: 'online' | 'offline';
  readonly label?: string | null;
  readonly score?: number;
  readonly fps?: number;
  readonly millis?: number;
  readonly celsius?: number;
  readonly evicted?: number;
  /** Why its last update failed. */
  readonly failed?: string;
  /** Digest of its model. */
  readonly model?: string;
}

const BOOT = '00000000-0000-4000-8000-00000000b007';
/** Seconds between the two words on health that figures are taken from. */
const WINDOW = 30;

/**
 * A broker of its own, on which all devices of a fleet have said what they say, by one hand: what a
 * control plane hears of 10,000 devices without 10,000 connections. Everything goes by MQTT and is
 * stored by the real ingest.
 */
export class FleetBroker {
  readonly #server: Server;
  readonly #aedes: Aedes;
  /** Of each device, how often it told of its health. */
  readonly #times = new Map<string, number>();
  /** What is not retained is said when the control plane listens. */
  readonly #listenedTo: Promise<void>;

  private constructor(server: Server, aedes: Aedes) {
    this.#server = server;
    this.#aedes = aedes;
    this.#listenedTo = new Promise((resolve) => {
      aedes.on('subscribe', (subscriptions) => {
        if (subscriptions.some(({ topic }) => topic.endsWith('/health'))) resolve();
      });
    });
  }

  static async start(): Promise<FleetBroker> {
    const aedes = await Aedes.createBroker();
    const server = createServer({ noDelay: true }, (socket) => void aedes.handle(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FleetBroker(server, aedes);
  }

  get url(): string {
    return `mqtt://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /**
   * All of it: birth, models and cameras, what it sees, and health twice, so that there are
   * figures.
   */
  async tell(told: DeviceReport): Promise<void> {
    await this.#listenedTo;
    const { state = 'online', label = 'good', score = 0.93, model = FLEET_MODEL, failed } = told;
    const [at, since] = [new Date().toISOString(), new Date(Date.now() - 90_000).toISOString()];
    await this.#say(told, 'status', { state: 'online', bootId: BOOT, agentVersion: '0.1.0', at });
    const reason = failed && { code: 'DOWNLOAD_FAILED', message: failed };
    const update = {
      model: 'b'.repeat(64),
      generation: 2,
      state: 'failed',
      since,
      attempts: 3,
      reason,
    };
    await this.#say(told, 'reported', {
      bootId: BOOT,
      agentVersion: '0.1.0',
      slots: { main: { model, name: 'parts 3', variant: 'int8', ...(reason && { update }) } },
      cameras: { cam0: { source: 'v4l2', slot: 'main', mode: 'occurrence' } },
    });
    await this.#say(told, 'state/cam0', { label, score, since, occurrence: null, model });
    await this.tellHealth({ ...told, evicted: 0 });
    await this.tellHealth(told);
    if (state === 'offline') {
      await this.#say(told, 'status', { state, bootId: BOOT, agentVersion: '0.1.0' });
    }
  }

  /** The next word on its health. */
  tellHealth(told: DeviceReport): Promise<void> {
    const { fps = 9.8, millis = 18, celsius = 56, evicted = 0, model = FLEET_MODEL } = told;
    const times = (this.#times.get(told.device) ?? 0) + 1;
    this.#times.set(told.device, times);
    const frames = Math.round(times * WINDOW * fps);
    const counts = [...INFERENCE_BUCKETS_MS.map((bound) => (bound === 20 ? frames : 0)), 0];
    const scores = Object.fromEntries(
      LABELS.map((label) => [label, Array.from({ length: 10 }, (_, i) => (i === 9 ? frames : 0))]),
    );
    return this.#say(told, 'health', {
      bootId: BOOT,
      at: new Date().toISOString(),
      uptimeSeconds: times * WINDOW,
      rssBytes: 150_000_000,
      temperatureCelsius: celsius,
      connects: 1,
      cameras: {
        cam0: {
          captured: frames,
          skipped: 0,
          unreadable: 0,
          classified: frames,
          failed: 0,
          restarts: 0,
        },
      },
      models: {
        [model]: { inferenceMillis: { counts, sum: frames * millis }, scores, processRestarts: 0 },
      },
      outbox: { rows: 0, bytes: 0, evicted, rejected: 0 },
    });
  }

  async close(): Promise<void> {
    this.#server.close();
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
  }

  #say({ site, device }: DeviceReport, topic: string, message: object): Promise<void> {
    const packet = {
      cmd: 'publish' as const,
      qos: 1 as const,
      dup: false,
      retain: topic !== 'health',
      topic: `edgeloop/v1/${site}/${device}/${topic}`,
      payload: JSON.stringify(message),
    };
    return new Promise((resolve, reject) => {
      this.#aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
    });
  }
}
