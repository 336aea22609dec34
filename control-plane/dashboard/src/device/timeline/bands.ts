import type { DeviceRun } from '../../../../src/resources/run.ts';
import type { TimeSpan } from './lanes.ts';

/** What ran in a slot, with its place in the span, from 0 to 1. */
interface Band {
  readonly run: DeviceRun;
  readonly left: number;
  readonly width: number;
}

export interface SlotBands {
  readonly slot: string;
  readonly bands: readonly Band[];
}

/**
 * What ran in each slot within the span.
 * @param runs newest first, as the API gives them
 * @param now ms: what runs goes on until then
 */
export function bandsOf(
  runs: readonly DeviceRun[],
  { from, to }: TimeSpan,
  now: number,
): readonly SlotBands[] {
  const within = (at: number) => Math.min(1, Math.max(0, (at - from) / (to - from)));
  const slots = [...new Set(runs.map(({ slot }) => slot))].sort();
  return slots
    .map((slot) => ({
      slot,
      bands: runs
        .filter((run) => run.slot === slot)
        .map((run) => {
          const left = within(Date.parse(run.from));
          const right = within(run.until === null ? now : Date.parse(run.until));
          return { run, left, width: right - left };
        })
        .filter(({ width }) => width > 0)
        .reverse(),
    }))
    .filter(({ bands }) => bands.length > 0);
}

export interface RolloutMark {
  /** ms */
  readonly at: number;
  readonly name: string;
}

/** When rollouts came within the span. */
export function rolloutMarks(
  runs: readonly DeviceRun[],
  { from, to }: TimeSpan,
): readonly RolloutMark[] {
  return runs.flatMap(({ rollout, from: begun }) => {
    const at = Date.parse(begun);
    return rollout && at >= from && at < to ? [{ at, name: rollout.name }] : [];
  });
}
