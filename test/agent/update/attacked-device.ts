import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPackage } from '@edgeloop/onnx';
import { type EpochMillis, epochMillis, type SignedAssignment } from '@edgeloop/protocol';
import type { Test } from 'tap';
import { ServerClient } from '../../../agent/src/server/server-client.ts';
import type { FetchLimits } from '../../../agent/src/update/fetch/fetch-limits.ts';
import {
  type AssignmentVerdict,
  judgeAssignment,
} from '../../../agent/src/update/trust/judge-assignment.ts';
import { adoptRoot } from '../../../agent/src/update/trust/root-file.ts';
import type { TakenAssignments } from '../../../agent/src/update/trust/taken-assignments.ts';
import { TrustedRoot } from '../../../agent/src/update/trust/trusted-root.ts';
import { DEVICE, SLOT } from '../../stand/fleet/signed-fleet.ts';
import { FetchStand, LIMITS } from './fetch-stand.ts';

/**
 * What a device believes and fetches, joined as the agent joins it, and a server that may lie to
 * it.
 */
export class AttackedDevice {
  readonly stand: FetchStand;
  readonly limits: FetchLimits;
  readonly #root: TrustedRoot;
  #taken: TakenAssignments = {};
  now = (): EpochMillis => epochMillis(Date.now());

  private constructor(stand: FetchStand, root: TrustedRoot, limits: FetchLimits) {
    this.stand = stand;
    this.#root = root;
    this.limits = limits;
  }

  /** It trusts the fleet's first root. */
  static async create(t: Pick<Test, 'teardown'>, tight: Partial<FetchLimits> = {}) {
    const stand = await FetchStand.create(t);
    const { url } = stand.server;
    const server = new ServerClient({ url, ca: null, device: DEVICE, password: () => 'secret' });
    const folder = mkdtempSync(join(tmpdir(), 'trust-'));
    t.teardown(() => {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    });
    await adoptRoot(folder, stand.fleet.chain[0]!);
    const limits = { ...LIMITS, ...tight };
    const root = new TrustedRoot({ folder, file: null, server, limits });
    await root.start();
    return new AttackedDevice(stand, root, limits);
  }

  /** Whether all that it needs of the package is in its folder, and right. */
  isFetched(): Promise<boolean> {
    const { folder, digest } = this.stand;
    return loadPackage(folder, 'int8', 'variant').then(
      (loaded) => loaded.digest === digest,
      () => false,
    );
  }

  get rootVersion(): number | null {
    return this.#root.version;
  }

  /** As `desired.root` says. */
  catchUp(newest: number): Promise<void> {
    return this.#root.catchUp(newest, new AbortController().signal);
  }

  /** As `desired.slots` says. @returns `accepted`, `known`, or the code of why not */
  hear(signed: SignedAssignment): string {
    const verdict: AssignmentVerdict = judgeAssignment(signed, {
      device: DEVICE,
      slot: SLOT,
      as: 'active',
      root: this.#root.keys,
      taken: this.#taken,
      now: this.now(),
    });
    if (verdict.kind === 'accepted') this.#taken = verdict.taken;
    return verdict.kind === 'refused' ? verdict.reason.code : verdict.kind;
  }

  fetch(): Promise<void> {
    return this.stand.fetch({ root: this.#root.keys!, limits: this.limits });
  }
}
