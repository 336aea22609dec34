import type { Sha256, UpdateReport } from '@edgeloop/protocol';
import type { CutState } from '../disk/cut-power.ts';
import type { DiskEvent } from '../disk/event.ts';
import type { FoundUpdate } from './recover-update.ts';

type State = UpdateReport['state'];

/**
 * What an update goes through, and which model may decide there: that of the state, or of the next
 * where that is on disk already.
 */
export interface Course {
  readonly before: Sha256;
  readonly next: Sha256;
  /** In order; the first: nothing was told. */
  readonly states: readonly (State | null)[];
}

const WORK = [null, 'downloading', 'verifying', 'testing', 'activating', 'probation'] as const;

export const toTheCommit = (models: Pick<Course, 'before' | 'next'>): Course => ({
  ...models,
  states: [...WORK, 'committed'],
});

export const andBack = (models: Pick<Course, 'before' | 'next'>): Course => ({
  ...models,
  states: [...WORK, 'reverted'],
});

/** By event: how far the device had said by then that it is. */
export function reportedBy(events: readonly DiskEvent[], { states }: Course): readonly number[] {
  const reported = [0];
  for (const event of events) {
    const said = event.kind === 'said' ? JSON.parse(event.text) : {};
    const { generation, state } = said.reports?.update ?? {};
    const at = generation === 3 ? states.indexOf(state) : 0;
    if (at < 0) throw new Error(`Expected no ${state} on the way to ${states.at(-1)}.`);
    reported.push(Math.max(at, reported.at(-1) as number));
  }
  return reported;
}

/**
 * Null: a whole, signed model decides, it is that of the state, and the state is what was reported
 * or the next; else what is wrong.
 */
export function judgeUpdate(
  { before, next, states }: Course,
  reported: readonly number[],
  { found, first, last }: CutState<FoundUpdate>,
): string | null {
  if (found.wrong !== null) return found.wrong;
  const [least, most] = [reported[last] as number, (reported[first] as number) + 1];
  const at = states.indexOf(found.state);
  if (at < least || at > most) return `it is ${found.state}, expected ${states[least]}`;
  const decides = found.state === 'probation' || found.state === 'committed' ? next : before;
  if (found.runs !== decides) return `${found.runs} decides in ${found.state}`;
  if (found.told === 'accepted') return 'an older assignment is taken again';
  if (least > 0 && found.told !== 'refused') return 'the newer assignment was forgotten';
  const end = states.at(-1);
  const ended = { runs: end === 'committed' ? next : before, state: end };
  if (!found.ended || JSON.stringify(found.ended) === JSON.stringify(ended)) return null;
  return `it ended with ${JSON.stringify(found.ended)}`;
}
