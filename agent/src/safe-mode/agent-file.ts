import { type Millis, millis } from '@edgeloop/protocol';
import { readConfig } from '../config/load-config.ts';
import type { AgentError } from '../errors.ts';

/** A file as it was at one look. */
export interface FileLook {
  /** Null: it could not be read. */
  readonly text: string | null;
  /** Why not. */
  readonly error: AgentError | null;
}

const LOOK_EVERY: Millis = millis(1_000);

interface AgentFileOptions {
  readonly path: string;
  readonly monotonic: () => Millis;
  readonly every?: Millis;
}

/**
 * agent.yaml, looked at again and again: by what stands in it, since who edits a file may write it
 * anew, rename another to it, or mount its folder.
 */
export class AgentFile {
  readonly path: string;
  readonly #monotonic: () => Millis;
  readonly #every: Millis;
  #timer: NodeJS.Timeout | undefined;
  #lookedAt: Millis;

  constructor({ path, monotonic, every = LOOK_EVERY }: AgentFileOptions) {
    this.path = path;
    this.#monotonic = monotonic;
    this.#every = every;
    this.#lookedAt = monotonic();
  }

  /** When a look last came to its end, by the monotonic clock. */
  get lookedAt(): Millis {
    return this.#lookedAt;
  }

  async look(): Promise<FileLook> {
    const look = await this.#read();
    this.#lookedAt = this.#monotonic();
    return look;
  }

  /**
   * Looks until `unwatch`.
   * @param from as it is now
   * @param onChange told of another content once two looks have found it: one may be half written
   */
  watch(from: FileLook, onChange: (look: FileLook) => void): void {
    this.unwatch();
    let [told, last] = [from.text, from.text];
    const look = async () => {
      const now = await this.look();
      if (this.#timer !== timer) return;
      const settled = now.text === last && now.text !== told;
      last = now.text;
      if (settled) {
        told = now.text;
        onChange(now);
      }
      // Else a file that can not be read for long would be looked at by more and more at once.
      timer.refresh();
    };
    const timer = setTimeout(() => void look(), this.#every);
    this.#timer = timer;
  }

  unwatch(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #read(): Promise<FileLook> {
    try {
      return { text: await readConfig(this.path), error: null };
    } catch (error) {
      return { text: null, error: error as AgentError };
    }
  }
}
