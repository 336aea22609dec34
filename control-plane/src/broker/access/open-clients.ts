import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Client } from 'aedes';

/** Turns of the event loop that aedes may take to let go of a client; it takes a few. */
const MAX_TURNS = 1000;

/** Whose connections are open, by name and by id. */
export class OpenClients {
  readonly #byName = new Map<string, Set<Client>>();
  readonly #byId = new Map<string, Client>();

  /**
   * The client takes the place of the one with its id, which is gone when it returns.
   * [MQTT-3.1.4-2] aedes sees to that, too, but not while that one is on its way out already: its
   * end then struck the new one off aedes' list, and the count was wrong for good.
   */
  async add(name: string, client: Client): Promise<void> {
    const { id } = client;
    const before = this.#byId.get(id);
    this.#byId.set(id, client);
    const clients = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, clients.add(client));
    client.conn.once('close', () => void this.#remove(name, client));
    if (before) await gone(before);
  }

  of(name: string): Client[] {
    return [...(this.#byName.get(name) ?? [])];
  }

  async #remove(name: string, client: Client): Promise<void> {
    const { id } = client;
    await gone(client);
    if (this.#byId.get(id) === client) this.#byId.delete(id);
    const clients = this.#byName.get(name);
    clients?.delete(client);
    if (clients?.size === 0) this.#byName.delete(name);
  }
}

/** aedes calls back at once for one that it is closing already. */
async function gone(client: Client): Promise<void> {
  client.close();
  for (let turn = 0; turn < MAX_TURNS && (client.connected || client.connecting); turn++) {
    await nextTurn();
  }
}
