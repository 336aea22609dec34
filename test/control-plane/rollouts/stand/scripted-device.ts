import {
  buildTopic,
  type Desired,
  type DeviceId,
  parseId,
  type Reported,
  type SignedAssignment,
  type SiteId,
  type SlotId,
  timestamp,
  type UpdateReport,
} from '@edgeloop/protocol';
import { connect, type MqttClient } from 'mqtt';
import { OLD } from './models.ts';

/** What a device does when it is given a model: the states that it reports, one after another. */
export type Script = readonly UpdateReport['state'][];

export const GOOD: Script = ['downloading', 'probation', 'committed'];
export const FAILS: Script = ['downloading', 'failed'];
export const REVERTS: Script = ['probation', 'reverted'];
/** It never says a word of it. */
export const SILENT: Script = [];
export const HANGS: Script = ['downloading'];

const SLOT = 'main' as SlotId;
const BOOT = '00000000-0000-4000-8000-00000000b007';

type Slot = Reported['slots'][string];

export interface DeviceOptions {
  readonly url: string;
  readonly device: string;
  readonly site?: string;
  /** Changed at will. */
  script?: Script;
  /** Between the states that it reports. */
  readonly stepMillis?: number;
}

/**
 * A device that speaks the real protocol: it takes assignments, each generation once, and reports
 * what its script says. What it has taken it remembers while the broker is away.
 */
export class ScriptedDevice {
  readonly address: { readonly site: SiteId; readonly device: DeviceId };
  script: Script;
  /** Of the models that decided, in their order. */
  readonly ran: string[] = [OLD];
  /** Generations, in the order in which they came, each once. */
  readonly generations: number[] = [];
  readonly shadows: SignedAssignment[] = [];
  desired: Desired | null = null;
  #url: string;
  #slot: Slot = { model: OLD, name: 'old', variant: 'int8' };
  #client: MqttClient | null = null;
  readonly #stepMillis: number;
  #timers: NodeJS.Timeout[] = [];
  #closed = false;

  constructor({ url, device, site = 'works', script = GOOD, stepMillis = 5 }: DeviceOptions) {
    this.#url = url;
    this.script = script;
    this.#stepMillis = stepMillis;
    this.address = { site: parseId('site', site), device: parseId('device', device) };
  }

  get model(): string {
    return this.#slot.model;
  }

  get slot(): Slot {
    return this.#slot;
  }

  start(): void {
    this.#closed = false;
    // A client for each connection, as the agent does: nothing that was said before comes late.
    const client = connect(this.#url, {
      clientId: this.address.device,
      reconnectPeriod: 0,
      connectTimeout: 2000,
      will: {
        topic: buildTopic('status', this.address),
        payload: Buffer.from(JSON.stringify({ state: 'offline', bootId: BOOT, agentVersion: '1' })),
        qos: 1,
        retain: true,
      },
    });
    this.#client = client;
    client.on('error', () => {});
    client.on('close', () => {
      client.end(true);
      if (!this.#closed) this.#timers.push(setTimeout(() => this.start(), 50));
    });
    client.on('connect', () => {
      client.subscribe(buildTopic('desired', this.address), { qos: 1 });
      const status = { state: 'online', bootId: BOOT, agentVersion: '1', at: this.#at() };
      this.#say('status', status);
      this.report();
    });
    client.on('message', (_topic, payload) => {
      if (payload.length > 0) this.#take(JSON.parse(payload.toString()));
    });
  }

  /** As it stands. */
  report(): void {
    this.#say('reported', {
      bootId: BOOT,
      agentVersion: '1',
      slots: { [SLOT]: this.#slot },
      cameras: {},
      ...(this.desired && { desired: this.desired.version }),
    });
  }

  /** Without a word: the broker says that it is offline. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#client?.endAsync(true);
    this.#client = null;
  }

  #take(desired: Desired): void {
    this.desired = desired;
    const slot = desired.slots?.[SLOT];
    if (slot?.shadow) this.shadows.push(slot.shadow.assignment);
    const given = slot?.active?.signed;
    if (!given || given.generation <= (this.generations.at(-1) ?? 0)) {
      this.report();
      return;
    }
    this.generations.push(given.generation);
    const back = this.ran.includes(given.digest);
    const script = back ? (['activating', 'committed'] as const) : this.script;
    this.#play({ model: given.digest, generation: given.generation }, script);
  }

  /** One after another: timers that were set together fire in any order on a busy machine. */
  #play(update: Pick<UpdateReport, 'model' | 'generation'>, [state, ...rest]: Script): void {
    if (state === undefined) return;
    const timer = setTimeout(() => {
      this.#step({ ...update, state });
      this.#play(update, rest);
    }, this.#stepMillis);
    this.#timers.push(timer);
  }

  #step(update: Pick<UpdateReport, 'model' | 'generation' | 'state'>): void {
    const { model, generation, state } = update;
    const whole: UpdateReport = { ...update, since: this.#at(), attempts: 1 };
    const before = this.ran.at(-1) as typeof model;
    if (state === 'committed' && before !== model) this.ran.push(model);
    const decides = state === 'committed' || state === 'probation';
    this.#slot = {
      ...this.#slot,
      model: decides ? model : before,
      update: whole,
      ...(state === 'committed' && { generation }),
    };
    this.report();
  }

  #say(topic: 'status' | 'reported', message: object): void {
    if (!this.#client?.connected) return;
    this.#client.publish(buildTopic(topic, this.address), JSON.stringify(message), {
      qos: 1,
      retain: true,
    });
  }

  #at() {
    return timestamp(Date.now());
  }
}
