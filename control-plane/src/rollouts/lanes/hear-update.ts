import type { Sha256, UpdateReport, UpdateState } from '@edgeloop/protocol';
import type { DeviceOutcome } from '../states/device-outcome.ts';
import type { DeviceEvent } from '../states/device-states.ts';
import type { DeviceOrder, DeviceProgress } from './lane.ts';

const EVENTS: Readonly<Record<UpdateState, DeviceEvent>> = {
  waiting: 'progress',
  downloading: 'progress',
  verifying: 'progress',
  testing: 'progress',
  activating: 'progress',
  probation: 'try',
  committed: 'commit',
  reverted: 'fail',
  refused: 'fail',
  failed: 'fail',
};

/** What a slot's report says of the generation that the device was told; null: nothing. */
export function hearUpdate(
  { back, generation, before }: DeviceOrder,
  slot: {
    readonly model: Sha256;
    readonly generation?: number;
    readonly update?: UpdateReport;
  },
): DeviceProgress | null {
  const update = slot.update?.generation === generation ? slot.update : undefined;
  const runs = slot.generation === generation;
  if (!update && !runs) return null;
  const event = runs && !update ? 'commit' : EVENTS[(update as UpdateReport).state];
  const reason = update?.reason ?? null;
  if (!back) return { event, outcome: outcomeOf(event, update), reason };
  // Whatever became of being told: it does what it did before.
  if (event === 'commit' || (event === 'fail' && slot.model === before)) {
    return { event: 'back', outcome: null, reason: null };
  }
  return event === 'fail' ? { event, outcome: outcomeOf(event, update), reason } : null;
}

function outcomeOf(event: DeviceEvent, update: UpdateReport | undefined): DeviceOutcome | null {
  if (event === 'commit') return 'committed';
  return event === 'fail' ? (update?.state as 'failed' | 'refused' | 'reverted') : null;
}
