import type { EpochMillis, RootKeys } from '@edgeloop/protocol';
import type { ServerClient } from '../../server/server-client.ts';
import { UpdateError } from '../update-error.ts';

export interface TrustedRootOptions {
  /** Of the device's state. */
  readonly folder: string;
  /** The file that `trust.root` names; null: what the device got when it enrolled. */
  readonly file: string | null;
  readonly server: Pick<ServerClient, 'get'>;
  readonly now: () => EpochMillis;
}

/** The root keys that say whose signatures count on this device. */
export class TrustedRoot {
  constructor(_options: TrustedRootOptions) {}

  /** Of what is trusted; null: nothing is. */
  get version(): number | null {
    return this.keys?.version ?? null;
  }

  get keys(): RootKeys | null {
    return null;
  }

  async start(): Promise<void> {}

  /**
   * Follows the root to `newest`, version by version. Returns at once where it is trusted already.
   * @throws UpdateError `ROOT_MISSING`, `ROOT_REFUSED`, `ROOT_EXPIRED`, `SERVER_…`, `DISK_…`: what was trusted stays
   */
  async catchUp(_newest: number, _signal: AbortSignal): Promise<void> {
    throw new UpdateError('ROOT_MISSING', 'Expected a root.', { retry: false });
  }
}
