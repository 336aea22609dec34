import { findDamagedRollouts } from '../../store/find-rollout.ts';
import type { EngineParts } from '../engine-parts.ts';
import { takeStep } from '../take-step.ts';
import { hold } from './hold.ts';

/**
 * Ends rollouts whose plan can't be read: they could never go on, and would keep their devices from
 * others. One that is rolling back has promised more than to end: it says what keeps it.
 */
export async function endDamaged(parts: EngineParts): Promise<void> {
  for (const { head, problem } of await findDamagedRollouts(parts.database)) {
    if (head.state === 'rolling-back') {
      const reason = `${problem} Devices that were not told to go back yet keep what they run.`;
      await hold(parts, head, reason);
      continue;
    }
    const reason = `${problem} It can not go on: no device is told anything more, and each keeps what it was told. Make a new rollout.`;
    const ended = await takeStep(parts, head, {
      decision: { event: 'abort', by: 'engine', reason },
      changes: { ended_at: parts.now(), reason, paused_from: null },
      leaves: 'pending',
    });
    if (ended) parts.log.error({ rollout: head.id, error: problem }, 'a rollout is aborted');
  }
}
