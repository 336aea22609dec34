import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bytes, bytes, mebibytes, millis, type Sha256 } from '@edgeloop/protocol';
import type { Test } from 'tap';
import { Pacer } from '../../../agent/src/server/pacer.ts';
import { ServerClient } from '../../../agent/src/server/server-client.ts';
import type { FetchLimits } from '../../../agent/src/update/fetch/fetch-limits.ts';
import { type FetchOptions, fetchPackage } from '../../../agent/src/update/fetch/fetch-package.ts';
import { DEVICE, SignedFleet } from '../../stand/fleet/signed-fleet.ts';
import { withFloatVariant, writeColourPackage } from '../../stand/models/colour-package.ts';
import { ModelServer } from '../../stand/servers/model-server.ts';

export const MODEL_BYTES = 300_000;
export const CHUNK = 100_000;

/** As the agent's own, but for tests that wait for nothing. */
export const LIMITS: FetchLimits = {
  manifestBytes: mebibytes(1),
  packageBytes: mebibytes(1),
  minFree: bytes(0),
  chunk: bytes(CHUNK),
  idle: millis(2_000),
  deadline: millis(20_000),
  minRate: bytes(1),
  rateWindow: millis(10_000),
};

/** A server with one package, signed by a fleet's keys, and a device that fetches from it. */
export class FetchStand {
  readonly server = new ModelServer();
  readonly fleet: SignedFleet;
  readonly #t: Pick<Test, 'teardown'>;
  #client: ServerClient | null = null;
  digest = '' as Sha256;
  /** What the server has. */
  source = '';
  /** Where the device puts it. */
  folder = '';
  readonly progress: number[] = [];

  private constructor(t: Pick<Test, 'teardown'>, fleet: SignedFleet) {
    this.#t = t;
    this.fleet = fleet;
  }

  static async create(t: Pick<Test, 'teardown'>): Promise<FetchStand> {
    const stand = new FetchStand(t, await SignedFleet.create(t));
    await stand.server.start();
    const { url } = stand.server;
    const client = new ServerClient({ url, ca: null, device: DEVICE, password: () => 'secret' });
    stand.#client = client;
    t.teardown(async () => {
      client.close();
      await stand.server.close();
    });
    stand.source = await stand.makePackage();
    stand.digest = stand.server.publish(stand.source, stand.fleet.packageKey);
    stand.folder = join(stand.#temporary('fetched-'), 'package');
    return stand;
  }

  /** With an INT8 model of random bytes, which nothing here runs, and another variant. */
  async makePackage(): Promise<string> {
    const folder = this.#temporary('package-');
    return withFloatVariant(await writeColourPackage(folder, randomBytes(MODEL_BYTES)));
  }

  fetch(
    more: Partial<FetchOptions> & { readonly tight?: Partial<FetchLimits> } = {},
  ): Promise<void> {
    return fetchPackage({
      server: this.#client!,
      digest: this.digest,
      root: this.fleet.root,
      folder: this.folder,
      variant: 'int8',
      agentVersion: '0.1.0',
      pacer: new Pacer(null as Bytes | null),
      limits: { ...LIMITS, ...more.tight },
      signal: new AbortController().signal,
      onProgress: (received) => void this.progress.push(received),
      ...more,
    });
  }

  #temporary(prefix: string): string {
    const folder = mkdtempSync(join(tmpdir(), prefix));
    this.#t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }
}
