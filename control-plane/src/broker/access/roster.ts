import type { Client } from 'aedes';

/** Whose connections are open: what `disconnect` cuts. */
export class Roster {
  readonly #clients = new Map<string, Set<Client>>();

  add(name: string, client: Client): void {
    const clients = this.#clients.get(name) ?? new Set();
    this.#clients.set(name, clients.add(client));
    client.conn.once('close', () => {
      clients.delete(client);
      if (clients.size === 0 && this.#clients.get(name) === clients) this.#clients.delete(name);
    });
  }

  of(name: string): Client[] {
    return [...(this.#clients.get(name) ?? [])];
  }
}
