import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  buildTopic,
  type Command,
  type CommandName,
  type Desired,
  type DeviceId,
  decodeMessage,
  encodeMessage,
  epochMillis,
  type JsonTopicName,
  type MessageOf,
  millis,
  parseTopic,
  type Reported,
  type Sha256,
  type SiteId,
  type SlotId,
} from '@edgeloop/protocol';
import { connectAsync, type MqttClient } from 'mqtt';
import pino from 'pino';
import type { Test } from 'tap';
import { SimulatedFleet } from '../../../../agent/src/simulate/fleet/simulated-fleet.ts';
import { parseScenario } from '../../../../agent/src/simulate/scenario/load-scenario.ts';
import type { SignedFleet } from '../../../stand/fleet/signed-fleet.ts';

/** What devices run at first, and what they are assigned: `old` and `new` of a scenario. */
export const [OLD, NEW] = ['a', 'b'].map((digit) => digit.repeat(64)) as [Sha256, Sha256];
export const MAIN = 'main' as SlotId;
const SITE = 'works' as SiteId;

interface DeviceMessage {
  readonly device: DeviceId;
  readonly name: JsonTopicName;
  readonly message: object;
}

export interface SceneStand {
  /** Of a broker that lets in anyone. */
  readonly url: string;
  readonly keys: SignedFleet;
  /** Its own, since all scenes share the broker. */
  readonly prefix: string;
  readonly devices: number;
  /** Over one that is quick. */
  readonly scenario: object;
}

/** A fleet of anonymous devices, and whoever stands for its control plane. */
export class BrokerScene {
  readonly said: DeviceMessage[] = [];
  readonly #keys: SignedFleet;
  readonly #client: MqttClient;
  readonly #fleet: SimulatedFleet;
  #version = 0;

  private constructor(keys: SignedFleet, client: MqttClient, fleet: SimulatedFleet) {
    this.#keys = keys;
    this.#client = client;
    this.#fleet = fleet;
    client.on('message', (topic, payload) => {
      const { name, device } = parseTopic(topic);
      // Every word of a device is a message of the protocol, or this throws.
      if (payload.length > 0 && name !== 'image')
        this.said.push({ device, name, message: decodeMessage(name, payload) });
    });
  }

  static async open(t: Pick<Test, 'teardown'>, stand: SceneStand): Promise<BrokerScene> {
    const { url, keys, prefix, devices, scenario } = stand;
    const fleet = new SimulatedFleet({
      scenario: parseScenario(
        JSON.stringify({
          runs: 'old',
          models: { old: OLD, new: NEW },
          health: { interval: '100ms' },
          update: { downloads: 'scripted', probation: '100ms' },
          ...scenario,
        }),
        'a test',
        {},
      ),
      devices,
      prefix,
      pictures: 0,
      rootFile: join(keys.folder, 'root-1.json'),
      perSecond: 500,
      admission: { kind: 'anonymous', brokerUrl: url, site: SITE },
      clock: { now: () => epochMillis(Date.now()), monotonic: () => millis(performance.now()) },
      random: Math.random,
      version: '1.2.3',
      log: pino({ level: 'silent' }),
    });
    const client = await connectAsync(url);
    const scene = new BrokerScene(keys, client, fleet);
    for (let i = 0; i < devices; i++) {
      await client.subscribeAsync(`edgeloop/v1/${SITE}/${prefix}-${i}/+`);
      await client.subscribeAsync(`edgeloop/v1/${SITE}/${prefix}-${i}/ack/+`);
    }
    t.teardown(async () => {
      await fleet.close();
      await client.endAsync();
    });
    await fleet.start();
    return scene;
  }

  get counts() {
    return this.#fleet.counts;
  }

  close(): Promise<void> {
    return this.#fleet.close();
  }

  /** Assigns a model, as the control plane does. */
  async assign(
    device: string,
    model: Sha256,
    generation: number,
    as: 'active' | 'shadow' = 'active',
    madeOutTo = device,
  ): Promise<void> {
    const assignment = this.#keys.assign(model, generation, {
      device: madeOutTo as DeviceId,
      slot: MAIN,
      as,
    });
    const slot = as === 'active' ? { active: assignment } : { shadow: { assignment, every: 2 } };
    await this.desire(device, { slots: { main: slot } });
  }

  async command(device: string, name: string, command: Command): Promise<void> {
    const address = { site: SITE, device: device as DeviceId, command: name as CommandName };
    const payload = encodeMessage('cmd', command);
    await this.#client.publishAsync(buildTopic('cmd', address), payload, { qos: 1 });
  }

  async desire(device: string, desired: Omit<Desired, 'version'>): Promise<void> {
    this.#version += 1;
    const address = { site: SITE, device: device as DeviceId };
    const payload = encodeMessage('desired', { version: this.#version, ...desired });
    await this.#client.publishAsync(buildTopic('desired', address), payload, {
      qos: 1,
      retain: true,
    });
  }

  /** Waits for a message that fits. */
  async hears<Name extends JsonTopicName>(
    device: string,
    name: Name,
    fits: (message: MessageOf<Name>) => boolean = () => true,
  ): Promise<MessageOf<Name>> {
    for (const end = Date.now() + 20_000; ; await delay(10)) {
      const found = this.said.find(
        (one) => one.device === device && one.name === name && fits(one.message as never),
      );
      if (found) return found.message as MessageOf<Name>;
      if (Date.now() > end) throw new Error(`${device} never said such a ${name}`);
    }
  }

  updateEnds(device: string, state: string): Promise<Reported> {
    return this.hears(device, 'reported', (it) => it.slots[MAIN]?.update?.state === state);
  }

  states(device: string): string[] {
    const states = this.said
      .filter((it) => it.device === device && it.name === 'reported')
      .map(({ message }) => (message as Reported).slots[MAIN]?.update?.state ?? 'none');
    return states.filter((state, i) => state !== states[i - 1]);
  }
}
