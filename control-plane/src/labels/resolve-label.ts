import type { LabelEvent, LabelState, Word } from './label-event.ts';

/**
 * The label that follows from what was said. Of each person the last word counts that was not taken
 * back. The newest word of an operator settles it; else what more than half of the persons say;
 * else it is disputed.
 */
export function resolveLabel(events: readonly LabelEvent[]): LabelState {
  const votes = votesOf(events);
  const settling = votes.findLast(({ settles }) => settles);
  if (settling) return stateOf(settling.word);
  if (votes.length === 0) return { state: 'unlabelled' };
  const tally = new Map<string, { word: Word; count: number }>();
  for (const { word } of votes) {
    const key = JSON.stringify(word);
    tally.set(key, { word, count: (tally.get(key)?.count ?? 0) + 1 });
  }
  const winner = [...tally.values()].find(({ count }) => count * 2 > votes.length);
  return winner ? stateOf(winner.word) : { state: 'disputed' };
}

interface Vote {
  readonly word: Word;
  readonly settles: boolean;
}

/** The vote of each person, the newest last. */
function votesOf(events: readonly LabelEvent[]): readonly Vote[] {
  const undone = new Set(events.flatMap((event) => (event.kind === 'undo' ? [event.undoes] : [])));
  const byPerson = new Map<string, Vote>();
  for (const event of events.toSorted((a, b) => a.id - b.id)) {
    if (undone.has(event.id) || event.kind === 'undo' || event.kind === 'skip') continue;
    const word: Word =
      event.kind === 'class' ? { kind: 'class', class: event.class } : { kind: 'none' };
    byPerson.delete(event.by);
    byPerson.set(event.by, { word, settles: event.settles });
  }
  return [...byPerson.values()];
}

const stateOf = (word: Word): LabelState =>
  word.kind === 'class' ? { state: 'class', class: word.class } : { state: 'none' };
