import { keyOf } from './choice.ts';
import type { Recording } from './event.ts';
import type { Tree } from './read-image.ts';
import { selections } from './selections.ts';
import { UnsyncedDisk } from './unsynced-disk.ts';

/**
 * What may be on a disk after a power cut, and when that may be: between how many events, at the
 * earliest and the latest.
 */
export interface CutState<Found> {
  readonly found: Found;
  readonly first: number;
  last: number;
  /** For a person: what of the unsynced was on disk. */
  readonly example: string;
}

export interface CutOptions {
  /** One of so many states is looked at; the others are counted only. */
  readonly stride?: number;
}

export interface CutReport<Found> {
  readonly events: number;
  /** What was made, duplicates included. */
  readonly raw: number;
  /** By their content. */
  readonly distinct: number;
  readonly looked: readonly CutState<Found>[];
}

/**
 * Cuts the power after every event of a recording, and looks at each disk that may then be there,
 * once.
 * @param look what becomes of such a disk
 */
export async function cutPower<Found>(
  { before, events }: Recording,
  look: (tree: Tree) => Found | Promise<Found>,
  { stride = 1 }: CutOptions = {},
): Promise<CutReport<Found>> {
  const disk = new UnsyncedDisk(before);
  const states = new Map<string, { last: number }>();
  const looked: CutState<Found>[] = [];
  /** Those that may be there now. */
  const now = new Set<{ last: number }>();
  /** Of the epoch: what a selection came to. */
  let known = new Map<string, string | null>();
  let raw = 0;
  for (let cut = 0; cut <= events.length; cut++) {
    const event = events[cut - 1];
    if (event) disk.happen(event);
    if (event?.kind === 'said') {
      // Nothing changes but what is promised.
      for (const state of now) state.last = cut;
      continue;
    }
    if (event?.kind === 'sync') known = new Map();
    now.clear();
    const choices = disk.choices();
    for (const selection of selections(choices)) {
      raw += 1;
      const key = keyOf(choices, selection);
      let id = known.get(key);
      if (id === undefined) {
        id = disk.digest(selection);
        known.set(key, id);
        if (id !== null && !states.has(id)) {
          if (states.size % stride === 0) {
            const found = await look(disk.tree(selection) as Tree);
            const state = { found, first: cut, last: cut, example: key };
            looked.push(state);
            states.set(id, state);
          } else states.set(id, { last: cut });
        }
      }
      const state = id === null ? undefined : states.get(id);
      if (!state) continue;
      state.last = cut;
      now.add(state);
    }
  }
  return { events: events.length, raw, distinct: states.size, looked };
}
