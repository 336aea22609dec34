/** aedes-persistence has types for its callback interface alone. */
declare module 'aedes-persistence/asyncPersistence.js' {
  interface Owner {
    readonly id: string;
  }
  interface StoredSubscription {
    readonly topic: string;
    readonly qos: number;
  }

  class MemoryPersistence {
    setup(broker: unknown): Promise<void>;
    addSubscriptions(client: Owner, subscriptions: readonly StoredSubscription[]): Promise<void>;
    removeSubscriptions(client: Owner, filters: readonly string[]): Promise<void>;
    subscriptionsByClient(client: Owner): Promise<{ topic: string; qos: number }[]>;
    subscriptionsByTopic(
      topic: string,
    ): Promise<{ topic: string; qos: number; clientId: string }[]>;
    cleanSubscriptions(client: Owner): Promise<void>;
    countOffline(): Promise<{ subsCount: number; clientsCount: number }>;
    incomingStorePacket(client: Owner, packet: unknown): Promise<void>;
    incomingGetPacket(client: Owner, packet: unknown): Promise<unknown>;
    incomingDelPacket(client: Owner, packet: unknown): Promise<void>;
    cleanIncoming(client: Owner): Promise<void>;
    getClientList(topic: string): import('node:stream').Readable;
    destroy(): Promise<void>;
  }

  export = MemoryPersistence;
}
