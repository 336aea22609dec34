import { Ids, Reason, type Sha256, UpdateState } from '@edgeloop/protocol';
import Type, { type Static, type TSchema } from 'typebox';

const Count = Type.Integer({ minimum: 0 });
const OrNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

/** A model that a slot may run. Generation null: agent.yaml names it, no assignment does. */
export const Installed = Type.Object({
  model: Ids.sha256,
  generation: OrNull(Type.Integer({ minimum: 1 })),
});
export type Installed = Static<typeof Installed>;

/** The assignment that was last given, and what became of it. */
const Update = Type.Object({
  model: Ids.sha256,
  generation: Type.Integer({ minimum: 1 }),
  state: UpdateState,
  /** Milliseconds since 1970. */
  since: Type.Integer(),
  /** How often it was begun. */
  attempts: Count,
  /** Tries in a row that failed and brought it no further. */
  failures: Count,
  /** Starts of the agent's process in this state. */
  boots: Count,
  /** Of this record, for this assignment. */
  writes: Count,
  reason: OrNull(Reason),
});
export type Update = Static<typeof Update>;

/** All that must survive a power cut for the update of one slot. Another schema is not read. */
export const SlotRecord = Type.Object({
  schema: Type.Literal(1),
  /** The last model that has shown that it can: it runs, or is gone back to. */
  good: Installed,
  /** The one before, kept on disk for a rollback. */
  previous: OrNull(Installed),
  update: OrNull(Update),
});
export type SlotRecord = Static<typeof SlotRecord>;

/**
 * A slot that was never told anything.
 * @param fallback Digest of the package that agent.yaml names.
 */
export function newSlotRecord(fallback: Sha256): SlotRecord {
  const good = { model: fallback, generation: null };
  return { schema: 1, good, previous: null, update: null };
}

/**
 * What the slot runs by this record: the model of an update in probation alone, else the last good
 * one.
 */
export function runsBy({ good, update }: SlotRecord): Installed {
  return update?.state === 'probation' ? update : good;
}

const ENDED: ReadonlySet<UpdateState> = new Set(['committed', 'reverted', 'refused', 'failed']);

/** Nothing more will become of it. */
export const hasEnded = ({ state }: Pick<Update, 'state'>): boolean => ENDED.has(state);

/** What must stay on disk, agent.yaml's own package aside. */
export function keptBy({ good, previous, update }: SlotRecord): ReadonlySet<Sha256> {
  const kept = [good.model, previous?.model, update && !hasEnded(update) ? update.model : null];
  return new Set(kept.filter((model) => model != null));
}
