import { timingSafeEqual } from 'node:crypto';
import type { DeviceAddress, HomeAssistantPrefix } from '@edgeloop/protocol';
import { hashSecret } from '../access/secret.ts';
import type { Account } from './account.ts';
import type { AccountStore } from './account-store.ts';

export interface AdmissionsOptions {
  readonly accounts: Pick<AccountStore, 'read'>;
  /** Devices that never enrolled are let in, and may say who they are. */
  readonly allowAnonymous: boolean;
  /** Below it devices may tell Home Assistant what they are; null or none: nowhere. */
  readonly homeAssistant?: HomeAssistantPrefix;
}

/**
 * Every account, in memory: asked for each connection and each message, it answers at once, and a
 * change holds from the next message on. About half a kilobyte an account.
 */
export class Admissions {
  readonly #options: AdmissionsOptions;
  readonly #accounts = new Map<string, Account>();

  constructor(options: AdmissionsOptions) {
    this.#options = options;
  }

  get allowAnonymous(): boolean {
    return this.#options.allowAnonymous;
  }

  get homeAssistant(): HomeAssistantPrefix {
    return this.#options.homeAssistant ?? null;
  }

  async start(): Promise<void> {
    for (const account of await this.#options.accounts.read()) {
      this.#accounts.set(account.name, account);
    }
  }

  /** The account of this name was changed, and committed. */
  async refresh(name: string): Promise<void> {
    const [account] = await this.#options.accounts.read(name);
    if (account) this.#accounts.set(name, account);
    else this.#accounts.delete(name);
  }

  /** Whether a message that came under this address is taken, whatever the broker let through. */
  admits({ site, device }: DeviceAddress): boolean {
    const account = this.#accounts.get(device);
    if (!account) return this.allowAnonymous;
    return account.kind === 'device' && !account.revoked && account.site === site;
  }

  /** Revoked ones, too. */
  find(name: string): Account | null {
    return this.#accounts.get(name) ?? null;
  }

  /** Null for a name that is not known or revoked, and for another password. */
  authenticate(name: string, password: string | Uint8Array): Account | null {
    const account = this.#accounts.get(name);
    if (!account || account.revoked) return null;
    const given = hashSecret(Buffer.from(password).toString('utf8'));
    // Of hashes: what their comparison takes says nothing of the password.
    return timingSafeEqual(Buffer.from(given), Buffer.from(account.secretHash)) ? account : null;
  }
}
