import { setTimeout as delay } from 'node:timers/promises';
import {
  type Backoff,
  type Bytes,
  backoffDelay,
  type EpochMillis,
  type Millis,
  millis,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import { Pacer } from '../../server/pacer.ts';
import type { RefusedCredential } from '../../server/refused-credential.ts';
import type { ServerClient } from '../../server/server-client.ts';
import type { SampleCounters } from '../sample-counters.ts';
import type { SampleStore } from '../store/sample-store.ts';
import type { StoredSample } from '../store/stored-sample.ts';
import { type UploadOutcome, uploadSample } from './upload-sample.ts';

export interface UploaderOptions {
  readonly client: ServerClient;
  readonly store: SampleStore;
  readonly counters: SampleCounters;
  /** Of the device, at the server of `client`. */
  readonly credential: RefusedCredential;
  /** Bytes a second. */
  readonly bandwidth: Bytes | null;
  readonly now: () => EpochMillis;
  readonly monotonic: () => Millis;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly backoff?: Backoff;
  readonly log: Logger;
}

const RETRY: Backoff = { base: millis(1_000), cap: millis(300_000) };

/** Uploads what the store holds, one sample at a time, and removes what the server has. */
export class Uploader {
  readonly #options: UploaderOptions;
  readonly #pacer: Pacer;
  readonly #closing = new AbortController();
  #wake = () => {};
  #running: Promise<void> = Promise.resolve();
  #problem: string | null = null;
  #attempt = 0;

  constructor(options: UploaderOptions) {
    this.#options = options;
    this.#pacer = new Pacer(options.bandwidth);
  }

  /** What a person has to mend. */
  get problem(): string | null {
    return this.#problem;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** There is something new in the store. */
  wake(): void {
    this.#wake();
  }

  /** What is on its way goes on from there after the next start. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake();
    await this.#running;
    this.#options.client.close();
  }

  async #run(): Promise<void> {
    const { store, credential, monotonic } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const next = store.next();
      if (!next) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      const refused = credential.wait(monotonic());
      const wait = refused > 0 ? refused : await this.#try(next);
      if (wait > 0) await delay(wait, undefined, { signal }).catch(() => {});
    }
  }

  /** @returns how long to wait before the next */
  async #try(next: StoredSample): Promise<Millis> {
    const { credential, monotonic } = this.#options;
    const { current } = credential;
    const outcome = await this.#upload(next);
    if (this.#closing.signal.aborted) return millis(0);
    if (outcome.kind === 'unauthorized') credential.refuse(current, monotonic());
    return this.#settle(next, outcome);
  }

  async #upload({ record }: StoredSample): Promise<UploadOutcome> {
    const { client, store, now } = this.#options;
    const { signal } = this.#closing;
    let picture: Uint8Array | null;
    try {
      picture = await store.picture(record.sha256);
    } catch (error) {
      const reason = `its picture can not be read: ${(error as Error).message}`;
      return { kind: 'later', wait: null, reason, alone: true, progressed: false };
    }
    return uploadSample(record, picture, { client, pacer: this.#pacer, now, signal });
  }

  /** @returns how long to wait before the next */
  async #settle({ record }: StoredSample, outcome: UploadOutcome): Promise<Millis> {
    const { store, counters, log } = this.#options;
    const { sha256 } = record;
    this.#problem = null;
    switch (outcome.kind) {
      case 'uploaded':
        counters.uploaded += 1;
        this.#attempt = 0;
        await store.remove(sha256);
        return millis(0);
      case 'refused':
        counters.refused += 1;
        log.warn({ sample: sha256, reason: outcome.reason }, 'sample refused');
        await store.remove(sha256);
        return millis(0);
      case 'damaged':
        counters.failed += 1;
        log.warn({ sample: sha256 }, 'sample damaged on the disk');
        await store.remove(sha256);
        return millis(0);
      case 'unauthorized':
        this.#problem = `samples: the credential was refused (${outcome.reason}). edgeloop-agent rotate gets another; or enrol the device again, or mend broker.password and start the agent again.`;
        log.error({ reason: outcome.reason }, 'uploads stop: the credential was refused');
        return millis(0);
      case 'later':
        return this.#later(sha256, outcome);
    }
  }

  #later(
    sha256: StoredSample['record']['sha256'],
    { wait, reason, alone, progressed }: Extract<UploadOutcome, { kind: 'later' }>,
  ): Millis {
    const { store, random, backoff = RETRY, log } = this.#options;
    if (alone) store.failed(sha256);
    if (progressed) this.#attempt = 0;
    const jittered = backoffDelay(backoff, this.#attempt, random());
    // A fleet that was told the same time must not come back as one wave.
    const pause = millis((wait ?? 0) + jittered);
    if (this.#attempt === 0)
      log.warn({ sample: sha256, reason, pause }, 'upload tried again later');
    this.#attempt += 1;
    return pause;
  }
}
