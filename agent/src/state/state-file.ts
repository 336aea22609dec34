import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder, writeDurably } from '@edgeloop/disk';
import type { Logger } from 'pino';
import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { readAgain } from './read-failure.ts';
import { unreadFile } from './unread-file.ts';

/** For what the device can do without: what can't be read begins anew, which is told. */
export const beginAnew =
  (log: Pick<Logger, 'warn'>) =>
  ({ message }: Error): null => {
    log.warn({ error: message }, 'what was noted can not be read: it begins anew');
    return null;
  };

/** A small JSON file that survives restarts and power cuts. */
export class StateFile<Schema extends TSchema> {
  readonly path: string;
  readonly #schema: Schema;
  readonly #mode: number | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** What is read survives a power cut. */
  #settled = false;

  /** @param mode who may read it: 0o600 for a secret */
  constructor(path: string, schema: Schema, mode?: number) {
    this.path = path;
    this.#schema = schema;
    this.#mode = mode;
  }

  /**
   * Null: there is none yet, or it is not what it should be.
   * @throws AgentError `STATE_UNUSABLE` for one that can not be read: what is in it may be whole
   */
  async read(): Promise<Static<Schema> | null> {
    const text = await this.#readText().catch((cause: Error) => {
      throw unreadFile(this.path, cause);
    });
    return text === null ? null : this.#parse(text).catch(() => null);
  }

  /**
   * Null: there is none yet.
   * @throws Error for one that can not be read, or is not what it should be
   */
  async readWhole(): Promise<Static<Schema> | null> {
    const text = await this.#readText();
    return text === null ? null : this.#parse(text);
  }

  /** In the order of the calls. @throws Error of the file system: the old content stays */
  write(value: Static<Schema>): Promise<void> {
    const written = this.#writing.then(() =>
      writeDurably(this.path, JSON.stringify(value), this.#mode),
    );
    this.#writing = written.catch(() => {});
    return written;
  }

  #readText(): Promise<string | null> {
    return readAgain(() => readFile(this.path, 'utf8')).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
  }

  async #parse(text: string): Promise<Static<Schema>> {
    await this.#settle();
    const value: unknown = JSON.parse(text);
    if (Check(this.#schema, value)) return value as Static<Schema>;
    throw new Error('it is damaged');
  }

  /**
   * A process that was killed between the rename and the sync of the folder left the name with the
   * kernel alone: what is read is acted on, and said, before it is written again. Where nothing can
   * be synced it holds as far as it can.
   */
  async #settle(): Promise<void> {
    if (this.#settled) return;
    await syncFolder(dirname(this.path)).catch(() => {});
    this.#settled = true;
  }
}
