import { explainMismatch } from '@edgeloop/protocol';
import Type, { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { ControlPlaneError } from '../../errors.ts';
import { RolloutPlan } from '../plan/plan.ts';
import type { RolloutRow, StoredRollout } from './rollout-tables.ts';

const CUTOFFS = Type.Array(Type.Union([Type.Number(), Type.Null()]));
const plans = Compile(RolloutPlan);
const cutoffs = Compile(CUTOFFS);

/**
 * A rollout as it leaves the store.
 * @throws ControlPlaneError `DATA_DAMAGED` where its plan can't be read
 */
export function readRollout(stored: StoredRollout): RolloutRow {
  return {
    ...stored,
    plan: read(stored, 'plan', RolloutPlan, plans),
    cutoffs: read(stored, 'cutoffs', CUTOFFS, cutoffs),
  };
}

/** As `readRollout`; an error is returned: one that is damaged must not hold up the others. */
export function tryReadRollout(stored: StoredRollout): RolloutRow | ControlPlaneError {
  try {
    return readRollout(stored);
  } catch (error) {
    if (error instanceof ControlPlaneError) return error;
    throw error;
  }
}

/** A rollout as the store takes it. */
export function storedRollout(row: RolloutRow): StoredRollout {
  return { ...row, plan: JSON.stringify(row.plan), cutoffs: JSON.stringify(row.cutoffs) };
}

function read<Schema extends TSchema>(
  stored: StoredRollout,
  column: 'plan' | 'cutoffs',
  schema: Schema,
  validator: { Check(value: unknown): value is Static<Schema> },
): Static<Schema> {
  const value = parse(stored, column);
  if (validator.Check(value)) return value;
  throw damaged(stored, column, explainMismatch(schema, value));
}

function parse(stored: StoredRollout, column: 'plan' | 'cutoffs'): unknown {
  try {
    return JSON.parse(stored[column]);
  } catch (error) {
    throw damaged(stored, column, `${(error as Error).message}.`);
  }
}

function damaged({ id }: StoredRollout, column: string, why: string): ControlPlaneError {
  const message = `Expected the ${column} of rollout ${id} as it was stored, received a damaged one: ${why}`;
  return new ControlPlaneError('DATA_DAMAGED', message);
}
