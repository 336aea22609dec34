import { type EpochMillis, timestamp } from '@edgeloop/protocol';
import type { Classified, Decision } from './decision.ts';
import { leader } from './leader.ts';

/** The label that leads, and since when. */
export type FrameState = { readonly label: string; readonly since: EpochMillis } | null;

/** One unsmoothed result for each frame. */
export function decideFrame(
  classes: readonly string[],
  state: FrameState,
  frame: Classified,
): Decision<FrameState> {
  const best = leader(frame.scores);
  const label = classes[best] as string;
  const score = frame.scores[best] as number;
  const since = state?.label === label ? state.since : frame.capturedAt;
  return {
    state: { label, since },
    events: [
      {
        type: 'frame',
        capturedAt: timestamp(frame.capturedAt),
        label,
        score,
        scores: Object.fromEntries(classes.map((name, i) => [name, frame.scores[i] as number])),
        ...(frame.name !== undefined && { source: frame.name }),
      },
    ],
    scene: { label, score, since, occurrence: null },
  };
}
