import type { CutState } from '../disk/cut-power.ts';
import type { DiskEvent } from '../disk/event.ts';
import { NEW } from './describe-outbox.ts';
import type { FoundOutbox } from './recover-outbox.ts';

/** How an outbox stood after each thing that it was asked, and by when that held, or might. */
interface History {
  readonly held: readonly string[];
  /** By event: index in `held` of what was said to hold by then. */
  readonly promised: readonly number[];
  /** By event: index in `held` of what was begun by then. */
  readonly begun: readonly number[];
}

/** Reads what the recorded process said. @param before what it held before that */
export function historyOf(events: readonly DiskEvent[], before = NEW): History {
  const held = [before];
  const promised = [0];
  const begun = [0];
  for (const event of events) {
    const said = event.kind === 'said' ? JSON.parse(event.text) : {};
    if (said.damaged || said.rejected)
      throw new Error(`Expected no failure, received ${JSON.stringify(said)}.`);
    if (said.holds !== undefined && said.holds !== held.at(-1)) held.push(said.holds);
    promised.push(said.holds === undefined ? promised.at(-1)! : held.length - 1);
    begun.push(said.begins === undefined ? Math.max(begun.at(-1)!, promised.at(-1)!) : held.length);
  }
  return { held, promised, begun };
}

/**
 * Null: all is there, once, in order, and nothing else; else what is wrong. Not less than what was
 * promised before the last cut that leads to this state, not more than what was begun before the
 * first.
 */
export function judgeOutbox(
  { held, promised, begun }: History,
  { found, first, last }: CutState<FoundOutbox>,
): string | null {
  if (found.wrong !== null) return found.wrong;
  const least = promised[last] as number;
  const allowed = held.slice(least, (begun[first] as number) + 1);
  return allowed.includes(found.holds) ? null : `it holds ${found.holds}, expected ${held[least]}`;
}
