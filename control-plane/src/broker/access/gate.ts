import { timingSafeEqual } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'aedes';
import type { PacketGuard } from '../guard/packet-guard.ts';
import type { Refused } from '../guard/refused.ts';
import type { Access, Identity } from './access.ts';
import type { ConnectLimits } from './connect-limits.ts';
import type { ConnectRefusal, GateRefusal } from './gate-refusal.ts';
import { OpenClients } from './open-clients.ts';

export interface GateOptions<Who extends Identity> {
  readonly access: Access<Who>;
  readonly limits: ConnectLimits;
  /** What the control plane's own clients say, on the port that is theirs. */
  readonly secret: string;
  readonly onRefused: (reason: GateRefusal, of: Refused) => void;
}

interface Will {
  readonly topic: string;
  readonly retain?: boolean;
}

/** A CONNECT whose verdict is awaited. */
interface Attempt {
  /** Names that were disconnected meanwhile: the verdict may be older. */
  readonly cut: Set<string>;
}

/** Subscriptions of one client. */
const MAX_SUBSCRIPTIONS = 1000;

/** The control plane itself: it may everything. */
const OWN = Symbol('own');

/** Asks the access port for each client and remembers who it is. */
export class Gate<Who extends Identity> {
  readonly #options: GateOptions<Who>;
  readonly #who = new WeakMap<Client, Who | typeof OWN>();
  readonly #filters = new WeakMap<Client, Set<string>>();
  readonly #clients = new OpenClients();
  readonly #attempts = new Set<Attempt>();

  constructor(options: GateOptions<Who>) {
    this.#options = options;
  }

  /** Lets the client in under an id that no other name can have, or says why not. */
  async admit(
    client: Client,
    credentials: Credentials,
    will: Will | null,
  ): Promise<ConnectRefusal | null> {
    const { arrival } = client.conn as PacketGuard;
    const who = arrival.own
      ? this.#recognizeOwn(credentials)
      : await this.#recognize(client.id, credentials, arrival);
    if (typeof who === 'string') return this.#refuse(who, client);
    const name = who === OWN ? '\n' : who.name;
    this.#who.set(client, who);
    if (will && !this.#mayPublish(client, will)) {
      return this.#refuse('will-denied', client, will.topic);
    }
    // A line break is in no client id (the guard sees to it): sessions and takeover stay among
    // clients of one name.
    (client as { id: string }).id = sessionId(name, client.id);
    await this.#clients.add(name, client);
    return null;
  }

  /** Why a publish ends the connection; null when it may be. MQTT 3.1.1 has no other no. */
  publish(client: Client, packet: Will): GateRefusal | null {
    return this.#mayPublish(client, packet)
      ? null
      : this.#refuse('publish-denied', client, packet.topic);
  }

  subscribe(client: Client, filter: string): boolean {
    const filters = this.#filters.get(client) ?? new Set();
    this.#filters.set(client, filters);
    const room = filters.has(filter) || filters.size < MAX_SUBSCRIPTIONS;
    const granted = room && this.maySubscribe(client, filter);
    if (granted) filters.add(filter);
    else this.#refuse('subscribe-denied', client, filter);
    return granted;
  }

  unsubscribe(client: Client, filters: readonly string[]): void {
    for (const filter of filters) this.#filters.get(client)?.delete(filter);
  }

  maySubscribe(client: Client, filter: string): boolean {
    const who = this.#who.get(client);
    if (!who || this.#isNobodys(filter)) return false;
    return who === OWN || this.#options.access.maySubscribe(who, filter);
  }

  mayReceive(client: Client, topic: string): boolean {
    const who = this.#who.get(client);
    if (!who || this.#isNobodys(topic)) return false;
    return who === OWN || this.#options.access.mayReceive(who, topic);
  }

  /**
   * Cuts the connections of a name, and those that are being made with it.
   * @returns the clients that were cut
   */
  cut(name: string): Client[] {
    for (const { cut } of this.#attempts) cut.add(name);
    return this.#clients.of(name);
  }

  #mayPublish(client: Client, { topic, retain = false }: Will): boolean {
    const who = this.#who.get(client);
    if (!who || this.#isNobodys(topic) || topic.startsWith('$SYS/')) return false;
    return who === OWN || this.#options.access.mayPublish(who, topic, { retain });
  }

  #isNobodys(topic: string): boolean {
    return topic.startsWith('$') && !this.#options.access.dollarTopics;
  }

  #recognizeOwn({ password }: Credentials): typeof OWN | 'unknown' {
    const secret = Buffer.from(this.#options.secret);
    const same = password?.length === secret.length && timingSafeEqual(password, secret);
    return same ? OWN : 'unknown';
  }

  async #recognize(
    clientId: string,
    credentials: Credentials,
    { address, certificate }: PacketGuard['arrival'],
  ): Promise<Who | ConnectRefusal> {
    const { access, limits } = this.#options;
    if (!limits.mayTry(address, clientId)) return 'too-many-attempts';
    const attempt: Attempt = { cut: new Set() };
    this.#attempts.add(attempt);
    try {
      const verdict = await access.connect({ clientId, certificate, ...credentials });
      if (verdict.admitted && attempt.cut.has(verdict.who.name)) return 'forbidden';
      if (verdict.admitted) return verdict.who;
      await delay(limits.failed(address));
      return verdict.reason;
    } catch {
      return 'access-failed';
    } finally {
      this.#attempts.delete(attempt);
    }
  }

  #refuse<Reason extends GateRefusal>(
    reason: Reason,
    { id, conn }: Client,
    topic?: string,
  ): Reason {
    const { address } = (conn as PacketGuard).arrival;
    // Behind the line break is the id as it came.
    const client = id.slice(id.indexOf('\n') + 1);
    this.#options.onRefused(reason, { address, client, ...(topic !== undefined && { topic }) });
    return reason;
  }
}

interface Credentials {
  readonly username: string | null;
  readonly password: Uint8Array | null;
}

export const sessionId = (name: string, clientId: string): string => `${name}\n${clientId}`;
