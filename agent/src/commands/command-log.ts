import { Ack, type Command, type CommandName, type EpochMillis, Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';

/** Commands that were taken on, with what became of them; null: nothing yet. */
export const CommandLog = Type.Object({
  commands: Type.Array(
    Type.Object({
      id: Ids.commandId,
      command: Ids.command,
      expires: Type.Unsafe<EpochMillis>(Type.Number()),
      ack: Type.Union([Ack, Type.Null()]),
    }),
  ),
});
export type CommandLog = Static<typeof CommandLog>;
type Entry = CommandLog['commands'][number];

export const EMPTY_LOG: CommandLog = { commands: [] };

/** What a delivery leads to. */
export type Reception =
  /** The first of its id: it is to be done, after the log that remembers it was written. */
  | { readonly kind: 'do'; readonly log: CommandLog }
  /** It was done: the same answer once more. */
  | { readonly kind: 'repeat'; readonly ack: Ack }
  /** It is being done: the answer will come. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'decline'; readonly outcome: 'expired' | 'refused'; readonly reason?: string };

/** Remembered after their expiry, for deliveries on their way and clocks that differ. */
const REMEMBERED_AFTER = 3_600_000;
/** One more is refused until others expire. */
const MAX_COMMANDS = 256;
/** What expires later could fill the log; most often one of the two clocks is wrong. */
const LONGEST_LIFE = 24 * 3_600_000;

/** At most once: what the log knows is not done again. */
export function receive(
  { commands }: CommandLog,
  name: CommandName,
  { id, expires }: Command,
  now: EpochMillis,
): Reception {
  const known = commands.find((entry) => entry.id === id);
  if (known) return known.ack ? { kind: 'repeat', ack: known.ack } : { kind: 'wait' };
  const until = Date.parse(expires) as EpochMillis;
  // A date that fits its pattern may still be none.
  if (!(until > now)) return { kind: 'decline', outcome: 'expired' };
  if (until - now > LONGEST_LIFE) {
    const reason = `expected it to expire within a day, received ${expires}: is the clock of the device or of the server wrong?`;
    return { kind: 'decline', outcome: 'refused', reason };
  }
  const kept = commands.filter((entry) => entry.expires + REMEMBERED_AFTER > now);
  if (kept.length >= MAX_COMMANDS) {
    const reason = `expected at most ${MAX_COMMANDS} commands that have not expired, received one more.`;
    return { kind: 'decline', outcome: 'refused', reason };
  }
  const entry: Entry = { id, command: name, expires: until, ack: null };
  return { kind: 'do', log: { commands: [...kept, entry] } };
}

/** The log with an answer to one of its commands. */
export function answer({ commands }: CommandLog, ack: Ack): CommandLog {
  return {
    commands: commands.map((entry) => (entry.id === ack.id ? { ...entry, ack } : entry)),
  };
}

/** Commands that the agent was at when it ended. */
export function unanswered({ commands }: CommandLog): readonly Pick<Entry, 'id' | 'command'>[] {
  return commands.filter(({ ack }) => ack === null);
}
