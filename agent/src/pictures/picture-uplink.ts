import {
  type Backoff,
  type Bytes,
  backoffDelay,
  type DeviceId,
  type Health,
  type Millis,
  millis,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { ServerConfig } from '../config/config.ts';
import { openServer } from '../server/open-server.ts';
import { RefusedCredential } from '../server/refused-credential.ts';
import type { ServerClient } from '../server/server-client.ts';
import { pauseAfter } from './camera-turn.ts';
import { HourlyAllowance } from './hourly-allowance.ts';
import { type SendOutcome, sendPicture } from './send-picture.ts';

export interface PictureUplinkOptions {
  readonly server: ServerConfig;
  readonly device: DeviceId;
  /** Of all that is sent within an hour. */
  readonly perHour: Bytes;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
}

const RETRY: Backoff = { base: millis(2_000), cap: millis(300_000) };
/** With nothing left of the hour. */
const SPENT = millis(60_000);

/** Brings pictures to the server one after another, and says when the next may go. */
export class PictureUplink {
  readonly counters: NonNullable<Health['pictures']> = { sent: 0, bytes: 0, failed: 0, dropped: 0 };
  /** Nothing goes before, by the monotonic clock. */
  blockedUntil = millis(0);
  /** Before, nothing goes but what somebody waits for. */
  quietUntil = millis(0);
  /** Why the last one was not taken; null: it was. */
  trouble: string | null = null;
  /** What a person has to mend. */
  problem: string | null = null;
  readonly #options: PictureUplinkOptions;
  readonly #allowance: HourlyAllowance;
  readonly #credential: RefusedCredential;
  #client: ServerClient | null = null;
  #attempt = 0;

  constructor(options: PictureUplinkOptions) {
    this.#options = options;
    this.#allowance = new HourlyAllowance(options.perHour);
    this.#credential = new RefusedCredential(options.server);
  }

  /** @throws AgentError `CONFIG_INVALID` */
  async start(): Promise<void> {
    const { server, device } = this.#options;
    this.#client = await openServer(server, device);
  }

  close(): void {
    this.#client?.close();
  }

  count(what: 'failed' | 'dropped'): void {
    this.counters[what] += 1;
  }

  /** @returns whether the server took it; null: it may later */
  async send(path: string, content: Uint8Array, signal: AbortSignal): Promise<boolean | null> {
    const { clock } = this.#options;
    const begun = clock.monotonic();
    const wait = this.#credential.wait(begun);
    if (wait > 0) {
      this.blockedUntil = millis(begun + wait);
      return null;
    }
    const { current } = this.#credential;
    if (this.#allowance.left(begun) < content.length) {
      this.count('dropped');
      this.trouble = 'nothing is left of the bytes of this hour (pictures.perHour)';
      this.blockedUntil = millis(begun + SPENT);
      return false;
    }
    this.#allowance.spend(content.length, begun);
    const outcome = await sendPicture(this.#client as ServerClient, path, content, {
      now: clock.now,
      signal,
    });
    if (signal.aborted) return null;
    const ended = clock.monotonic();
    if (outcome.kind === 'unauthorized') this.#credential.refuse(current, ended);
    this.quietUntil = millis(ended + pauseAfter(millis(ended - begun)));
    return this.#settle(outcome, content.length, ended);
  }

  #settle(outcome: SendOutcome, size: number, now: Millis): boolean | null {
    const { random, log } = this.#options;
    this.trouble = outcome.kind === 'sent' ? null : outcome.reason;
    this.problem = null;
    if (outcome.kind === 'sent') {
      this.counters.sent += 1;
      this.counters.bytes += size;
      this.#attempt = 0;
      return true;
    }
    this.count('failed');
    if (outcome.kind === 'refused') {
      log.warn({ reason: outcome.reason }, 'picture refused');
      return false;
    }
    if (outcome.kind === 'unauthorized') {
      this.problem = `pictures: the credential was refused (${outcome.reason}). edgeloop-agent rotate gets another; or enrol the device again.`;
      this.blockedUntil = millis(now + this.#credential.wait(now));
      return null;
    }
    if (this.#attempt === 0) log.warn({ reason: outcome.reason }, 'pictures wait');
    const backoff = backoffDelay(RETRY, this.#attempt, random());
    this.blockedUntil = millis(now + (outcome.wait ?? 0) + backoff);
    this.#attempt += 1;
    return null;
  }
}
