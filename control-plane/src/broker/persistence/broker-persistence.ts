import { Readable } from 'node:stream';
import type { Aedes, Client, Subscription } from 'aedes';
import MemoryPersistence from 'aedes-persistence/asyncPersistence.js';
import type { BoundedTime } from '../../trusted-time/bounded-time.ts';
import type { Journal } from './journal.ts';
import type { Change, QueuedMessage } from './journal-changes.ts';
import { asBytes, ownCopy, packetOf, queuedPacket, retainedPacket } from './kept-packets.ts';
import type { PacketKey } from './outgoing-queue.ts';
import type { Loss, PersistenceLimits } from './persistence-limits.ts';
import { RetainedTree } from './retained-tree.ts';
import { Sessions } from './sessions.ts';
import { Wills } from './wills.ts';

export interface BrokerPersistenceOptions {
  readonly journal: Journal;
  readonly limits: PersistenceLimits;
  readonly time: BoundedTime;
  /** aedes stores all filters of a SUBSCRIBE packet as soon as one of them is allowed. */
  readonly maySubscribe: (client: Owner, filter: string) => boolean;
  readonly onLoss: (loss: Loss) => void;
}

/** A packet as aedes hands it over. */
interface BrokerPacket extends PacketKey {
  readonly cmd?: string;
  readonly topic: string;
  readonly payload: Uint8Array | string;
  readonly qos: number;
  readonly retain: boolean;
}
type WillPacket = BrokerPacket & { brokerId?: string; clientId?: string };

type Owner = Pick<Client, 'id'>;

/** How often sessions that nobody comes back to are looked for. */
const SWEEP = 600_000;

/**
 * aedes' persistence: retained messages, wills, and the subscriptions and waiting messages of
 * sessions, held in memory within bounds and written behind (see `FileJournal`). Messages of QoS 2
 * that came in and were not released are in memory alone: after a restart, one that is sent again
 * is forwarded again.
 */
export class BrokerPersistence {
  readonly #options: BrokerPersistenceOptions;
  /** Subscriptions by topic, wills, incoming QoS 2: aedes' own. */
  readonly #memory = new MemoryPersistence();
  readonly #retained: RetainedTree;
  readonly #sessions: Sessions;
  readonly #wills: Wills;
  #broker: Aedes | null = null;
  #sweeping: NodeJS.Timeout | null = null;

  constructor(options: BrokerPersistenceOptions) {
    this.#options = options;
    this.#retained = new RetainedTree(options.limits.retained);
    this.#sessions = new Sessions(options);
    this.#wills = new Wills(options.journal);
  }

  get retainedMessages(): number {
    return this.#retained.size;
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  get waitingMessages(): number {
    return this.#sessions.waiting;
  }

  get broker(): Aedes | null {
    return this.#broker;
  }

  /** @throws ControlPlaneError `DATA_UNUSABLE` */
  async setup(broker: Aedes): Promise<void> {
    this.#broker = broker;
    await this.#memory.setup(broker);
    const kept = await this.#options.journal.open();
    for (const message of kept.retained) {
      const { topic } = message;
      if (this.#retained.set(ownCopy(message)))
        this.#note({ table: 'retained', topic, value: null });
    }
    for (const { client, seenAt } of kept.sessions) this.#sessions.restore(client, seenAt);
    for (const { client, filter, qos } of kept.subscriptions) {
      await this.#memory.addSubscriptions({ id: client }, [{ topic: filter, qos }]);
    }
    for (const { client, number, message } of kept.queue) {
      this.#sessions.restoreMessage(client, number, ownCopy(message));
    }
    for (const { client, will } of kept.wills) this.#wills.restore(client, ownCopy(will));
    this.#sweeping = setInterval(() => void this.sweep(), SWEEP).unref();
  }

  async storeRetained(packet: BrokerPacket): Promise<void> {
    const { topic } = packet;
    if (packet.payload.length === 0) {
      if (this.#retained.delete(topic)) this.#note({ table: 'retained', topic, value: null });
      return;
    }
    const value = ownCopy({ ...packet, payload: asBytes(packet.payload) });
    const loss = this.#retained.set(value);
    if (loss === null) this.#note({ table: 'retained', topic, value });
    else this.#options.onLoss(loss);
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    return Readable.from(this.#matchRetained(filters));
  }

  createRetainedStream(filter: string): Readable {
    return this.createRetainedStreamCombi([filter]);
  }

  async addSubscriptions(client: Owner, subscriptions: readonly Subscription[]): Promise<void> {
    const { maySubscribe } = this.#options;
    const allowed = subscriptions.filter(({ topic }) => maySubscribe(client, topic));
    await this.#memory.addSubscriptions(client, allowed);
    this.#sessions.see(client.id);
    for (const { topic: filter, qos: value } of allowed) {
      this.#note({ table: 'subscriptions', client: client.id, filter, value });
    }
  }

  async removeSubscriptions(client: Owner, filters: readonly string[]): Promise<void> {
    await this.#memory.removeSubscriptions(client, filters);
    for (const filter of filters) {
      this.#note({ table: 'subscriptions', client: client.id, filter, value: null });
    }
  }

  subscriptionsByClient(client: Owner) {
    return this.#memory.subscriptionsByClient(client);
  }

  subscriptionsByTopic(topic: string) {
    return this.#memory.subscriptionsByTopic(topic);
  }

  countOffline() {
    return this.#memory.countOffline();
  }

  getClientList(filter: string): Readable {
    return this.#memory.getClientList(filter);
  }

  /** Ends the session: its client wants none, or is gone for good. */
  async cleanSubscriptions(client: Owner): Promise<void> {
    for (const { topic: filter } of await this.#memory.subscriptionsByClient(client)) {
      this.#note({ table: 'subscriptions', client: client.id, filter, value: null });
    }
    await this.#memory.cleanSubscriptions(client);
    this.#sessions.end(client.id);
  }

  outgoingEnqueue(subscription: { clientId: string }, packet: BrokerPacket): Promise<void> {
    return this.outgoingEnqueueCombi([subscription], packet);
  }

  async outgoingEnqueueCombi(
    subscriptions: readonly { clientId: string }[],
    packet: BrokerPacket,
  ): Promise<void> {
    if (subscriptions.length === 0) return;
    const { topic, qos, retain, brokerId = null, brokerCounter = 0 } = packet;
    // One copy for all sessions.
    const message: QueuedMessage = ownCopy({
      cmd: 'publish',
      topic,
      qos,
      retain,
      brokerId,
      brokerCounter,
      messageId: null,
      payload: asBytes(packet.payload),
    });
    for (const { clientId } of subscriptions) this.#sessions.enqueue(clientId, message);
  }

  /**
   * A message that was not queued for want of room is sent without: to one who is online, nothing
   * is lost.
   */
  async outgoingUpdate(client: Owner, packet: BrokerPacket): Promise<void> {
    this.#sessions.update(client.id, packet);
  }

  async outgoingClearMessageId(client: Owner, { messageId }: PacketKey) {
    const message = this.#sessions.acknowledge(client.id, messageId ?? 0);
    return message ? queuedPacket(message) : undefined;
  }

  outgoingStream(client: Owner): Readable {
    return Readable.from(this.#sessions.messages(client.id).map(queuedPacket));
  }

  incomingStorePacket(client: Owner, packet: BrokerPacket) {
    return this.#memory.incomingStorePacket(client, packet);
  }

  incomingGetPacket(client: Owner, packet: BrokerPacket) {
    return this.#memory.incomingGetPacket(client, packet);
  }

  incomingDelPacket(client: Owner, packet: BrokerPacket) {
    return this.#memory.incomingDelPacket(client, packet);
  }

  cleanIncoming(client: Owner) {
    return this.#memory.cleanIncoming(client);
  }

  async putWill(client: Owner, packet: WillPacket): Promise<void> {
    packet.brokerId = this.#broker?.id ?? '';
    packet.clientId = client.id;
    const { topic, qos, retain, brokerId } = packet;
    this.#wills.put(
      client.id,
      ownCopy({ topic, qos, retain, brokerId, payload: asBytes(packet.payload) }),
    );
  }

  async getWill(client: Owner) {
    return this.#willPacket(client.id);
  }

  async delWill(client: Owner) {
    const will = this.#willPacket(client.id);
    this.#wills.delete(client.id);
    return will;
  }

  streamWill(brokers: Readonly<Record<string, unknown>> = {}): Readable {
    const orphans = [...this.#wills.orphans((brokerId) => brokers[brokerId] !== undefined)];
    return Readable.from(orphans.map(([client]) => this.#willPacket(client)));
  }

  /** A client with a session came or went. */
  see(client: string): void {
    if (this.#sessions.has(client)) this.#sessions.see(client);
  }

  /** Ends every session that `belongs`, of those who are offline. */
  async endSessions(belongs: (client: string) => boolean): Promise<void> {
    for (const client of this.#sessions.clients().filter(belongs)) {
      await this.cleanSubscriptions({ id: client });
      await this.cleanIncoming({ id: client });
    }
  }

  /** Ends the sessions that nobody came back to. By itself every ten minutes. */
  async sweep(): Promise<void> {
    const isOnline = (client: string) => this.#isOnline(client);
    for (const client of this.#sessions.clients().filter(isOnline)) this.#sessions.see(client);
    for (const { client, loss } of this.#sessions.overdue(isOnline)) {
      await this.endSessions((id) => id === client);
      this.#options.onLoss(loss);
    }
  }

  /** What is kept is written before it returns. */
  async destroy(): Promise<void> {
    if (this.#sweeping) clearInterval(this.#sweeping);
    await this.#memory.destroy();
    await this.#options.journal.close();
  }

  #isOnline(client: string): boolean {
    const { clients } = this.#broker as unknown as { clients: Readonly<Record<string, unknown>> };
    return clients[client] !== undefined;
  }

  *#matchRetained(filters: readonly string[]) {
    for (const filter of filters) {
      for (const message of this.#retained.match(filter)) yield retainedPacket(message);
    }
  }

  #note(change: Change): void {
    this.#options.journal.note(change);
  }

  #willPacket(client: string) {
    const will = this.#wills.get(client);
    return will && { ...packetOf(will), clientId: client, brokerId: will.brokerId };
  }
}
