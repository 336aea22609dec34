import type { DeviceLine } from '../ingest/device-line.ts';
import type { PackageKeys } from '../registry/package-keys.ts';
import type { DiskGuard } from '../retention/disk-guard.ts';
import type { Context } from './context.ts';
import type { OpenBroker } from './open-broker.ts';
import type { OpenLine } from './open-line.ts';

interface Asked extends Pick<OpenBroker, 'journalProblem'>, Pick<OpenLine, 'ingests'> {
  readonly ingest: Pick<DeviceLine, 'problem'>;
  readonly disk: Pick<DiskGuard, 'problem'>;
  readonly keys: Pick<PackageKeys, 'problem'>;
}

/** What is wrong now, for `/healthz`: a sentence for each part; empty: all is well. */
export function findProblems(
  { store, time, integrity }: Pick<Context, 'store' | 'time' | 'integrity'>,
  { ingest, ingests, disk, keys, journalProblem }: Asked,
): string[] {
  return [
    ...[store.problem, ingest.problem, disk.problem, time.problem, keys.problem],
    ...[ingests?.problem ?? null, journalProblem(), integrity?.problem ?? null],
  ].filter((problem) => problem !== null);
}
