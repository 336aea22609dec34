import { join } from 'node:path';
import type { SlotId } from '@edgeloop/protocol';
import { LabelledFolder } from './labels/labelled-folder.ts';

/**
 * Where a slot's labelled pictures and tuned heads are.
 * @param state Folder of the device's state.
 */
export function headFolder(state: string, slot: SlotId): string {
  return join(state, 'heads', slot);
}

export function labelsOf(state: string, slot: SlotId): LabelledFolder {
  return new LabelledFolder(join(headFolder(state, slot), 'labels'));
}
