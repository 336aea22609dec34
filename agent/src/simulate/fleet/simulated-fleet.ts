import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type DeviceId, type Millis, millis, parseId, seconds } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import { ServerClient } from '../../server/server-client.ts';
import type { UpdatePorts } from '../../update/update-ports.ts';
import { chooseDevices } from '../behaviour/choose-devices.ts';
import { SimulatedCamera } from '../device/simulated-camera.ts';
import { SimulatedDevice } from '../device/simulated-device.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Downloads } from '../update/downloads.ts';
import { scriptedFetch } from '../update/simulated-ports.ts';
import { type Admission, type Admitted, checkDownloads, letIn } from './admission.ts';
import { checkDeviceNames } from './check-device-names.ts';
import { FleetTrust } from './fleet-trust.ts';
import { ramp } from './ramp.ts';

export interface SimulatedFleetOptions {
  readonly scenario: Scenario;
  readonly devices: number;
  /** `sim`: they are `sim-0`, `sim-1`, … */
  readonly prefix: string;
  /** So many of them, the first, show drawn pictures. */
  readonly pictures: number;
  readonly admission: Admission;
  /** Root keys that a person names; null: those of the first enrolment. */
  readonly rootFile: string | null;
  /** Devices that are begun in a second. */
  readonly perSecond: number;
  readonly version: string;
  readonly clock: Clock;
  /** From 0 to 1: of reconnects alone; what is drawn of scenes is the scenario's. */
  readonly random: () => number;
  readonly log: Logger;
}

/** What the devices have done so far. */
export interface FleetCounts {
  readonly devices: number;
  readonly connected: number;
  /** Messages that the broker took, and that came. */
  readonly said: number;
  readonly heard: number;
  /** Devices by the state of their last update. */
  readonly updates: Readonly<Record<string, number>>;
}

/** Enrolments and first connections that are on their way. */
const AT_ONCE = 32;
const KEEPALIVE = seconds(60);

/** So many simulated devices in this process. */
export class SimulatedFleet {
  readonly #options: SimulatedFleetOptions;
  readonly #devices: SimulatedDevice[] = [];
  readonly #closing = new AbortController();
  readonly #messages = { said: 0, heard: 0 };
  #folder: string | null = null;
  /** When all were connected, by the monotonic clock; null: not yet. */
  #readyAt: Millis | null = null;
  #starting: Promise<void> = Promise.resolve();

  constructor(options: SimulatedFleetOptions) {
    this.#options = options;
  }

  get counts(): FleetCounts {
    const updates: Record<string, number> = {};
    for (const { updateState } of this.#devices) {
      if (updateState) updates[updateState] = (updates[updateState] ?? 0) + 1;
    }
    const connected = this.#devices.filter((device) => device.connected).length;
    return { devices: this.#devices.length, connected, ...this.#messages, updates };
  }

  /**
   * Returns when each device that the scenario does not keep away is connected.
   * @throws AgentError `CONFIG_INVALID`, `ENROLMENT_REFUSED`, `SERVER_UNREACHABLE`
   */
  async start(): Promise<void> {
    this.#starting = this.#start();
    await this.#starting;
    const { signal } = this.#closing;
    while (!signal.aborted && this.#devices.some((device) => device.isAwaited)) {
      await delay(20, undefined, { signal }).catch(() => {});
    }
    this.#readyAt = this.#options.clock.monotonic();
  }

  /** Every device says offline and goes, a few at a time. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#starting.catch(() => {});
    const pace = { perSecond: 5_000, atOnce: 256, signal: new AbortController().signal };
    await ramp(this.#devices, pace, (device) => device.close());
    if (this.#folder !== null) await rm(this.#folder, { recursive: true, force: true });
  }

  get #elapsed(): Millis {
    const now = this.#options.clock.monotonic();
    return millis(this.#readyAt === null ? 0 : now - this.#readyAt);
  }

  async #start(): Promise<void> {
    const { scenario, devices, prefix, admission, rootFile, version, perSecond } = this.#options;
    checkDownloads(admission, scenario.update.downloads);
    const names = Array.from({ length: devices }, (_, i) => parseId('device', `${prefix}-${i}`));
    checkDeviceNames(scenario, names);
    const chosen = chooseDevices(scenario.behaviours, names, scenario.seed);
    this.#folder = await mkdtemp(join(tmpdir(), 'edgeloop-simulate-'));
    const shared: Shared = {
      downloads: new Downloads(this.#folder, version),
      trust: new FleetTrust(this.#folder, rootFile),
      chosen,
    };
    const [first, ...others] = names.entries();
    if (!first) return;
    // What it gets is what all trust.
    await this.#begin(first, shared, true);
    const pace = { perSecond, atOnce: AT_ONCE, signal: this.#closing.signal };
    await ramp(others, pace, (named) => this.#begin(named, shared, false));
  }

  async #begin([index, device]: Named, shared: Shared, first: boolean): Promise<void> {
    const { scenario, admission } = this.#options;
    const attributes = attributesOf(scenario, index);
    const admitted = await letIn(admission, device, attributes);
    if (first) await shared.trust.begin(admitted.root, this.#server(device, admitted));
    const { site, brokerUrl: url, password } = admitted;
    const simulated = new SimulatedDevice({
      ...this.#options,
      address: { site, device },
      index,
      root: shared.trust,
      behaviours: scenario.behaviours.filter((_, i) => shared.chosen[i]?.has(index)),
      broker: {
        url,
        keepalive: KEEPALIVE,
        ...(password !== null && { username: device, password }),
      },
      fetch: this.#fetch(device, admitted, shared),
      camera: this.#camera([index, device], admitted),
      elapsed: () => this.#elapsed,
      nameOf: (model) => shared.downloads.nameOf(model),
      count: (direction) => {
        this.#messages[direction] += 1;
      },
    });
    this.#devices.push(simulated);
    simulated.start();
  }

  #fetch(device: DeviceId, admitted: Admitted, shared: Shared): UpdatePorts['fetch'] {
    if (this.#options.scenario.update.downloads === 'scripted') return scriptedFetch;
    return async (digest, signal, onProgress) => {
      const server = this.#server(device, admitted);
      try {
        await shared.downloads.fetch({
          server,
          digest,
          root: shared.trust.keys,
          signal,
          onProgress,
        });
      } finally {
        server.close();
      }
    };
  }

  #camera([index, device]: Named, { password }: Admitted): SimulatedCamera | null {
    const { admission, pictures } = this.#options;
    if (index >= pictures || admission.kind !== 'enrol') return null;
    const server = { ...admission.server, password: () => password ?? '' };
    return new SimulatedCamera({ ...this.#options, device, index, server });
  }

  #server(device: DeviceId, { password }: Admitted): ServerClient {
    const { admission } = this.#options;
    // An anonymous one has nobody to ask.
    const { url, ca } =
      admission.kind === 'enrol' ? admission.server : { url: 'http://127.0.0.1', ca: null };
    return new ServerClient({ url, ca, device, password: () => password ?? '' });
  }
}

type Named = readonly [number, DeviceId];

interface Shared {
  readonly downloads: Downloads;
  readonly trust: FleetTrust;
  readonly chosen: readonly ReadonlySet<number>[];
}

function attributesOf({ attributes }: Scenario, index: number): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, values]) => [
      name,
      values[index % values.length] as string | number,
    ]),
  );
}
