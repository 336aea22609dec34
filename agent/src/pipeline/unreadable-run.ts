import { AgentError } from '../errors.ts';

/** A torn picture now and then is no fault of a camera: so many in a row are. */
const MANY = 10;

/**
 * Pictures that can't be decoded, one after another: many are a fault of their camera, and one that
 * can ends it.
 */
export class UnreadableRun {
  readonly #description: string;
  readonly #tell: (fault: AgentError | null) => void;
  #length = 0;

  /** @param description of the source */
  constructor(description: string, tell: (fault: AgentError | null) => void) {
    this.#description = description;
    this.#tell = tell;
  }

  goOn(cause: Error): void {
    this.#length += 1;
    if (this.#length < MANY) return;
    const message = `Expected pictures that can be decoded from ${this.#description}, received ${MANY} or more in a row that can not: ${cause.message}`;
    this.#tell(new AgentError('SOURCE_FAILED', message, { cause }));
  }

  end(): void {
    if (this.#length >= MANY) this.#tell(null);
    this.#length = 0;
  }
}
