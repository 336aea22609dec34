import type { Sha256 } from '@edgeloop/protocol';
import type { AliasChange } from '../../../registry/alias-store.ts';
import type { RolloutRow } from '../../store/rollout-tables.ts';
import type { EngineParts } from '../engine-parts.ts';
import { takeStep } from '../take-step.ts';
import { prepareBack } from './take-back.ts';

/** Who lets a rollout go on, and why. */
export interface Onward {
  readonly by: string;
  readonly reason: string;
  readonly figures?: unknown;
}

/** From the shadow to the first wave, from a wave to the next, from the last to the end. */
export async function goOn(
  parts: EngineParts,
  row: RolloutRow,
  onward: Onward,
): Promise<RolloutRow | null> {
  const { waves } = row.plan;
  const now = parts.now();
  const began = { wave_began_at: now, reason: null, paused_from: null };
  if (row.state === 'shadowing' || row.paused_from === 'shadowing') {
    return takeStep(parts, row, { decision: { event: 'begin', ...onward }, changes: began });
  }
  if (row.wave + 1 < waves.length) {
    const changes = { ...began, wave: row.wave + 1 };
    return takeStep(parts, row, { decision: { event: 'advance', ...onward }, changes });
  }
  return complete(parts, row, onward);
}

/** What was rolled out is the champion from now on. */
async function complete(
  parts: EngineParts,
  row: RolloutRow,
  onward: Onward,
): Promise<RolloutRow | null> {
  const { cargo, champion } = row.plan;
  let change: AliasChange | null = null;
  // Of those that it took from another rollout and never told: nobody else has them in hand.
  const told = await parts.reader.touched(row.id, ['pending'], 100_000);
  const untold = told.filter(({ attempts }) => attempts === 0);
  const back = await prepareBack(parts, row, untold, ['pending']);
  const next = await takeStep(parts, row, {
    moves: back.moves,
    tells: back.tells,
    decision: { event: 'complete', ...onward },
    changes: { ended_at: parts.now(), reason: null, paused_from: null },
    // Who joined and was not told yet: nobody will be.
    leaves: 'pending',
    async also(trx, moved) {
      await back.also(trx, moved);
      if (!champion || cargo.kind !== 'model') return;
      const by = `rollout:${row.id}`;
      change = await parts.aliases.setWithin(trx, cargo.model as Sha256, 'champion', by);
    },
  });
  if (next && change) parts.aliases.tell(change);
  return next;
}
