import { createHash } from 'node:crypto';
import type { Sha256 } from '@edgeloop/protocol';

/** The side of a dataset that a sample is on. */
export type Side = 'train' | 'validation' | 'test';
export const SIDES: readonly Side[] = ['train', 'validation', 'test'];

/**
 * Why a sample is here. `random`: drawn whatever it shows, one in N; `chosen`: for what it shows
 * (uncertain, rare, changed, on request); `imported`: a person brought it.
 */
export type Origin = 'random' | 'chosen' | 'imported';

/**
 * Shares of the sides by the origin of a group's first sample. What was chosen for what it shows
 * never begins a group of the test set: a model would be judged by the hardest pictures alone.
 */
const SHARES: Readonly<Record<Origin, { readonly validation: number; readonly test: number }>> = {
  random: { validation: 0.25, test: 0.75 },
  chosen: { validation: 0.15, test: 0 },
  imported: { validation: 0.15, test: 0.15 },
};

/** The digest of the sample that began it. Samples of a group are on one side. */
export type GroupId = Sha256;

/**
 * The side of a new group. It follows from the group alone: it is the same wherever and whenever it
 * is asked.
 */
export function sideOfGroup(group: GroupId, origin: Origin): Side {
  const { validation, test } = SHARES[origin];
  const place = createHash('sha256').update(`side ${group}`).digest().readUInt32BE() / 2 ** 32;
  if (place < test) return 'test';
  return place < test + validation ? 'validation' : 'train';
}

/** What a sample of the same device that is near to a new one says about it. */
export interface Neighbour {
  readonly group: GroupId;
  readonly side: Side;
}

export interface Placement {
  readonly group: GroupId;
  readonly side: Side;
  /**
   * It is near to samples of two sides: on whichever it were, the other would know it. No dataset
   * takes it.
   */
  readonly straddles: boolean;
}

/**
 * A sample goes where its neighbours are, for good; without any it begins a group.
 * @param neighbours The nearest first; none that straddles.
 */
export function placeSample(
  sample: Sha256,
  origin: Origin,
  neighbours: readonly Neighbour[],
): Placement {
  const [nearest] = neighbours;
  if (!nearest) return { group: sample, side: sideOfGroup(sample, origin), straddles: false };
  return { ...nearest, straddles: neighbours.some(({ side }) => side !== nearest.side) };
}
