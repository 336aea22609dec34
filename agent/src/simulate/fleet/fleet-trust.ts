import { type RootKeys, type SignedRoot, seconds } from '@edgeloop/protocol';
import type { ServerClient } from '../../server/server-client.ts';
import { FETCH_LIMITS } from '../../update/fetch/fetch-limits.ts';
import { adoptRoot } from '../../update/trust/root-file.ts';
import { TrustedRoot } from '../../update/trust/trusted-root.ts';

const PATIENCE = seconds(30);

/**
 * What all simulated devices trust: the root that the first of them got when it enrolled, or a
 * file, followed by the agent's own code, once for all of them.
 */
export class FleetTrust {
  readonly #folder: string;
  readonly #file: string | null;
  #root: TrustedRoot | null = null;

  /**
   * @param folder of what is kept of it;
   * @param file root keys that a person names; null: those of the first enrolment
   */
  constructor(folder: string, file: string | null) {
    this.#folder = folder;
    this.#file = file;
  }

  get version(): number | null {
    return this.#root?.version ?? null;
  }

  get keys(): RootKeys | null {
    return this.#root?.keys ?? null;
  }

  /** @param enrolled What the first device got; @param server that is asked for later versions */
  async begin(enrolled: SignedRoot | null, server: Pick<ServerClient, 'get'>): Promise<void> {
    if (enrolled && this.#file === null) await adoptRoot(this.#folder, enrolled);
    this.#root = new TrustedRoot({
      folder: this.#folder,
      file: this.#file,
      server,
      limits: FETCH_LIMITS,
    });
    await this.#root.start();
  }

  async catchUp(newest: number): Promise<void> {
    await this.#root?.catchUp(newest, AbortSignal.timeout(PATIENCE));
  }
}
