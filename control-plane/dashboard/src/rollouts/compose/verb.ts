import type { RolloutPreview } from '../../../../src/resources/rollout.ts';
import type { Draft } from './draft.ts';
import { remarksOn } from './preview-words.ts';

/**
 * What the button does, to how many.
 * @param preview null: of the plan as it is now nobody knows that yet
 */
export function verbOf({ start, approval }: Draft, preview: RolloutPreview | null): string {
  if (approval) return 'Plan it, for approval';
  if (start !== 'now') return 'Plan it';
  if (preview === null) return 'Start it';
  if (remarksOn(preview, true).some(({ kind }) => kind === 'waits'))
    return 'Plan it: it waits its turn';
  const canary = preview.waves[0]?.devices ?? 0;
  return `Start it with ${canary} ${canary === 1 ? 'device' : 'devices'}`;
}
