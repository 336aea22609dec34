import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '@edgeloop/sqlite';
import { ControlPlaneError } from '../../errors.ts';
import type {
  BrokerState,
  Change,
  KeptMessage,
  KeptWill,
  QueuedMessage,
} from './journal-changes.ts';

export const FILE = 'broker.sqlite';

/** 1: the only one yet. */
const VERSION = 1;

const SCHEMA = `
  CREATE TABLE retained (topic TEXT PRIMARY KEY, qos INTEGER NOT NULL, payload BLOB NOT NULL) STRICT;
  CREATE TABLE sessions (client TEXT PRIMARY KEY, seen_at INTEGER NOT NULL) STRICT;
  CREATE TABLE subscriptions (
    client TEXT NOT NULL, filter TEXT NOT NULL, qos INTEGER NOT NULL, PRIMARY KEY (client, filter)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE queue (
    number INTEGER PRIMARY KEY, client TEXT NOT NULL, cmd TEXT NOT NULL, topic TEXT NOT NULL, qos INTEGER NOT NULL,
    retain INTEGER NOT NULL, broker_id TEXT, broker_counter INTEGER NOT NULL, message_id INTEGER, payload BLOB NOT NULL
  ) STRICT;
  CREATE TABLE wills (
    client TEXT PRIMARY KEY, broker_id TEXT NOT NULL, topic TEXT NOT NULL, qos INTEGER NOT NULL, retain INTEGER NOT NULL,
    payload BLOB NOT NULL
  ) STRICT;
  PRAGMA user_version = ${VERSION};
`;

/** What the broker keeps, in a file of its own. Blocks: lives in a thread. */
export class JournalFile {
  readonly #database: Database;
  readonly #sql;

  /**
   * @throws ControlPlaneError `DATA_NEWER`; SqliteError or a system error when the folder can't be
   * used
   */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#database = new Database(join(folder, FILE));
    try {
      this.#begin(folder);
    } catch (error) {
      this.#database.close();
      throw error;
    }
    this.#sql = prepare(this.#database);
  }

  #begin(folder: string): void {
    this.#database.pragma('journal_mode = WAL');
    // A power cut may take back the last commits, a kill may not: nothing that must be correct
    // depends on the broker's word.
    this.#database.pragma('synchronous = NORMAL');
    this.#migrate(folder);
  }

  /** @throws SqliteError `SQLITE_CORRUPT` where a page is damaged, of an index as well */
  read(): BrokerState {
    const check = this.#database.pragma('quick_check(1)', { simple: true });
    if (check !== 'ok') throw new Database.SqliteError(`quick_check: ${check}`, 'SQLITE_CORRUPT');
    const all = <Row>(sql: string) => this.#database.prepare<[], Row>(sql).all();
    return {
      retained: all<KeptMessage>('SELECT topic, qos, payload FROM retained'),
      sessions: all('SELECT client, seen_at AS seenAt FROM sessions'),
      subscriptions: all('SELECT client, filter, qos FROM subscriptions'),
      queue: all<QueueRow>(
        `SELECT number, client, cmd, topic, qos, retain, broker_id AS brokerId, broker_counter AS brokerCounter,
           message_id AS messageId, payload FROM queue ORDER BY number`,
      ).map(({ number, client, retain, ...message }) => ({
        number,
        client,
        message: { ...message, retain: retain === 1 },
      })),
      wills: all<WillRow>(
        'SELECT client, broker_id AS brokerId, topic, qos, retain, payload FROM wills',
      ).map(({ client, retain, ...will }) => ({ client, will: { ...will, retain: retain === 1 } })),
    };
  }

  /** All of it or nothing. */
  commit(changes: readonly Change[]): void {
    this.#database
      .transaction(() => {
        for (const change of changes) this.#apply(change);
      })
      .immediate();
  }

  close(): void {
    this.#database.close();
  }

  #apply(change: Change): void {
    switch (change.table) {
      case 'retained': {
        const { topic, value } = change;
        if (value) this.#sql.setRetained.run(topic, value.qos, value.payload);
        else this.#sql.dropRetained.run(topic);
        break;
      }
      case 'sessions':
        if (change.value !== null) this.#sql.setSession.run(change.client, change.value);
        else this.#sql.dropSession.run(change.client);
        break;
      case 'subscriptions': {
        const { client, filter, value } = change;
        if (value !== null) this.#sql.setSubscription.run(client, filter, value);
        else this.#sql.dropSubscription.run(client, filter);
        break;
      }
      case 'queue': {
        const { client, number, value } = change;
        if (value) this.#sql.setQueued.run(...queueRow(client, number, value));
        else this.#sql.dropQueued.run(number);
        break;
      }
      case 'wills': {
        const { client, value } = change;
        if (value) this.#sql.setWill.run(...willRow(client, value));
        else this.#sql.dropWill.run(client);
        break;
      }
    }
  }

  #migrate(folder: string): void {
    const version = this.#database.pragma('user_version', { simple: true }) as number;
    if (version > VERSION) {
      throw new ControlPlaneError(
        'DATA_NEWER',
        `Expected ${FILE} of version ${VERSION} in ${folder}, received version ${version}: a newer control plane wrote it. Use that one.`,
      );
    }
    if (version === 0) this.#database.transaction(() => this.#database.exec(SCHEMA))();
  }
}

type QueueRow = Omit<QueuedMessage, 'retain'> & { number: number; client: string; retain: number };
type WillRow = Omit<KeptWill, 'retain'> & { client: string; retain: number };

const queueRow = (client: string, number: number, message: QueuedMessage) => [
  ...[number, client, message.cmd, message.topic, message.qos, Number(message.retain)],
  ...[message.brokerId, message.brokerCounter, message.messageId, message.payload],
];

const willRow = (client: string, will: KeptWill) => [
  ...[client, will.brokerId, will.topic, will.qos, Number(will.retain), will.payload],
];

const prepare = (database: Database) => ({
  setRetained: database.prepare('INSERT OR REPLACE INTO retained VALUES (?, ?, ?)'),
  dropRetained: database.prepare('DELETE FROM retained WHERE topic = ?'),
  setSession: database.prepare('INSERT OR REPLACE INTO sessions VALUES (?, ?)'),
  dropSession: database.prepare('DELETE FROM sessions WHERE client = ?'),
  setSubscription: database.prepare('INSERT OR REPLACE INTO subscriptions VALUES (?, ?, ?)'),
  dropSubscription: database.prepare('DELETE FROM subscriptions WHERE client = ? AND filter = ?'),
  setQueued: database.prepare('INSERT OR REPLACE INTO queue VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
  dropQueued: database.prepare('DELETE FROM queue WHERE number = ?'),
  setWill: database.prepare('INSERT OR REPLACE INTO wills VALUES (?, ?, ?, ?, ?, ?)'),
  dropWill: database.prepare('DELETE FROM wills WHERE client = ?'),
});
