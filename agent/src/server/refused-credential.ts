import { type Millis, millis } from '@edgeloop/protocol';

export interface RefusedCredentialOptions {
  /** The device's own, as it is now. */
  readonly password: () => string;
  /** How often it is looked at. */
  readonly lookEvery?: Millis;
}

/** `edgeloop-agent rotate`, or an enrolment, may bring another at any time. */
const LOOK_EVERY: Millis = millis(60_000);
/** The same is tried again after this time: a server may have been set up wrong for a while. */
const TRY_AGAIN: Millis = millis(3_600_000);

/** A credential that the server refused: nobody need ask with it, until there is another. */
export class RefusedCredential {
  readonly #options: RefusedCredentialOptions;
  #refused: { readonly password: string | null; readonly until: Millis } | null = null;

  constructor(options: RefusedCredentialOptions) {
    this.#options = options;
  }

  /** The password that is asked with from now on; null: it can't be read. */
  get current(): string | null {
    try {
      return this.#options.password();
    } catch {
      // Whoever asks with it says why not.
      return null;
    }
  }

  /** @param now by the monotonic clock */
  refuse(password: string | null, now: Millis): void {
    this.#refused = { password, until: millis(now + TRY_AGAIN) };
  }

  /** How long to wait before this is asked again; 0: the server may be asked. */
  wait(now: Millis): Millis {
    const { lookEvery = LOOK_EVERY } = this.#options;
    const refused = this.#refused;
    if (refused && refused.password === this.current && now < refused.until) {
      return millis(Math.min(lookEvery, refused.until - now));
    }
    this.#refused = null;
    return millis(0);
  }
}
