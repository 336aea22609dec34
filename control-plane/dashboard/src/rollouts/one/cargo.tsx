import { Link } from 'wouter-preact';
import type { RolloutPlan } from '../../../../src/rollouts/plan/plan.ts';
import { path } from '../../api/path.ts';
import { shortDigest } from '../../ui/format.ts';

/** What it brings, and where that can be looked at. */
export function Cargo({ cargo }: Pick<RolloutPlan, 'cargo'>) {
  if (cargo.kind === 'configuration') return <>configuration, version {cargo.version}</>;
  return (
    <>
      model <Link href={path`/models/${cargo.model}`}>{shortDigest(cargo.model)}</Link> of{' '}
      {cargo.task}, for the slot {cargo.slot}
    </>
  );
}
