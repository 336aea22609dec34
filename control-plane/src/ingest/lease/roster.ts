import type { DeviceAddress } from '@edgeloop/protocol';
import type { AccountStore } from '../../accounts/account-store.ts';
import { Admissions } from '../../accounts/admissions.ts';
import { readRosterChanges, rosterRevision } from '../../accounts/roster-changes.ts';
import type { Database } from '../../database/open-stores.ts';

export interface RosterOptions {
  readonly database: Database;
  readonly accounts: Pick<AccountStore, 'read'>;
  /** Devices that never enrolled are let in, and taken at their word. */
  readonly allowAnonymous: boolean;
}

/**
 * Who belongs to the fleet, in the memory of a process that changes nothing of it: read again where
 * it has changed.
 */
export class Roster {
  readonly #options: RosterOptions;
  readonly #admissions: Admissions;
  #revision = 0;

  constructor(options: RosterOptions) {
    this.#options = options;
    this.#admissions = new Admissions(options);
  }

  /** Up to which change all is known. */
  get revision(): number {
    return this.#revision;
  }

  async start(): Promise<void> {
    // First: what changes meanwhile is read once more.
    this.#revision = await rosterRevision(this.#options.database);
    await this.#admissions.start();
  }

  async refresh(): Promise<void> {
    const { names, revision } = await readRosterChanges(this.#options.database, this.#revision);
    for (const name of names) await this.#admissions.refresh(name);
    this.#revision = revision;
  }

  admits(address: DeviceAddress): boolean {
    return this.#admissions.admits(address);
  }
}
