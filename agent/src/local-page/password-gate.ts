import { createHash, timingSafeEqual } from 'node:crypto';
import { type Millis, millis } from '@edgeloop/protocol';

/** `in`; `asked`: without a password, or with a wrong one; `wait`: after too many wrong ones. */
export type Entry = 'in' | 'asked' | 'wait';

const MOST_FAILURES = 10;
const WITHIN: Millis = millis(60_000);
/** Addresses that are remembered; the one that failed longest ago is forgotten for one more. */
const MOST_ADDRESSES = 1_000;

interface Failures {
  readonly count: number;
  readonly since: Millis;
}

/**
 * Who may look, by HTTP's Basic authentication with any user name: ten wrong passwords a minute for
 * each address.
 */
export class PasswordGate {
  readonly #digest: Buffer | null;
  readonly #failures = new Map<string, Failures>();

  /** @param password null: everyone may */
  constructor(password: string | null) {
    this.#digest = password === null ? null : digestOf(password);
  }

  /** @param authorization header of the request @param now by the monotonic clock */
  try(authorization: string | undefined, address: string, now: Millis): Entry {
    if (this.#digest === null) return 'in';
    const failed = this.#failures.get(address);
    const counts = failed !== undefined && now - failed.since < WITHIN;
    if (counts && failed.count >= MOST_FAILURES) return 'wait';
    const given = passwordIn(authorization);
    // A browser asks without first.
    if (given === null) return 'asked';
    if (timingSafeEqual(digestOf(given), this.#digest)) return 'in';
    this.#failures.delete(address);
    this.#failures.set(address, {
      count: counts ? failed.count + 1 : 1,
      since: counts ? failed.since : now,
    });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > MOST_ADDRESSES && oldest !== undefined) this.#failures.delete(oldest);
    return 'asked';
  }
}

/** @see RFC 7617 */
function passwordIn(authorization: string | undefined): string | null {
  const [, encoded] = /^Basic +([\w+/=]+)$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : text.slice(colon + 1);
}

const digestOf = (password: string) => createHash('sha256').update(password).digest();
