import { join } from 'node:path';
import { type EpochMillis, Ids, type SlotId } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { StateFile } from '../state/state-file.ts';
import { headFolder } from './head-folder.ts';

/** What a head was fitted with, whatever came of it: with the same it comes to the same. */
export const TriedFit = Type.Object({
  model: Ids.sha256,
  /** When the newest label was made: that one stays, whatever the clock is set to. */
  labelledAt: Type.Unsafe<EpochMillis>(Type.Number()),
});
export type TriedFit = Static<typeof TriedFit>;

/** With what a slot's head was fitted last. @param state Folder of the device's state. */
export const triedFitOf = (state: string, slot: SlotId): StateFile<typeof TriedFit> =>
  new StateFile(join(headFolder(state, slot), 'tried.json'), TriedFit);

export const sameFit = (one: TriedFit | null, other: TriedFit | null): boolean =>
  one?.model === other?.model && one?.labelledAt === other?.labelledAt;
