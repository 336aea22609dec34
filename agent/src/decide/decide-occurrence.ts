import { type EpochMillis, type Millis, type OccurrenceId, timestamp } from '@edgeloop/protocol';
import type { OccurrenceConfig } from '../config/config.ts';
import type { Classified, Decided, Decision, SceneState } from './decision.ts';
import { leader } from './leader.ts';

interface Candidate {
  readonly label: number;
  readonly frames: number;
  readonly since: EpochMillis;
}

interface Occurrence extends Candidate {
  readonly id: OccurrenceId;
  readonly score: number;
  readonly topScore: number;
  /** Monotonic time of the last message about it. */
  readonly toldAt: Millis;
}

export interface OccurrenceState {
  /** Smoothed scores; null before the first frame. */
  readonly smoothed: readonly number[] | null;
  readonly lastFrame: { readonly capturedAt: EpochMillis; readonly monotonic: Millis } | null;
  /** A class that is over its threshold, not yet for long enough. */
  readonly candidate: Candidate | null;
  readonly open: Occurrence | null;
  /** Since when nothing has stood before the camera. */
  readonly idleSince: EpochMillis | null;
}

export const NOTHING_SEEN: OccurrenceState = {
  smoothed: null,
  lastFrame: null,
  candidate: null,
  open: null,
  idleSince: null,
};

/**
 * Frames in, the life of occurrences out: smooth, close what fell below its exit threshold or was
 * displaced, open what stayed over its enter threshold for `minFrames`, else tell how the open one
 * stands, rate limited.
 * @param newId Taken when an occurrence opens at this frame.
 */
export function decideOccurrence(
  settings: OccurrenceConfig,
  classes: readonly string[],
  before: OccurrenceState,
  frame: Classified,
  newId: OccurrenceId,
): Decision<OccurrenceState> {
  const closedByGap = closeAfterGap(settings, classes, before, frame);
  const state = closedByGap.state;
  const smoothed = smooth(settings.smoothing, state, frame);
  const candidate = nextCandidate(settings, classes, state, smoothed, frame);
  const events: Decided[] = [...closedByGap.events];
  const opens = candidate !== null && candidate.frames >= settings.minFrames;
  let open = state.open && follow(state.open, smoothed);
  if (state.open && open && (opens || falls(settings, classes, open))) {
    events.push(endOf(classes, open, frame.capturedAt));
    open = null;
  }
  if (opens) {
    const score = clamp(smoothed[candidate.label] as number);
    open = { ...candidate, id: newId, score, topScore: score, toldAt: frame.monotonic };
    events.push({ type: 'new', ...body(classes, open, frame.capturedAt) });
  } else if (open && frame.monotonic - open.toldAt >= settings.updateInterval) {
    open = { ...open, toldAt: frame.monotonic };
    events.push({ type: 'update', ...body(classes, open, frame.capturedAt) });
  }
  const idleSince = open ? null : (state.idleSince ?? frame.capturedAt);
  return {
    state: {
      smoothed,
      lastFrame: frame,
      candidate: opens ? null : candidate,
      open,
      idleSince,
    },
    events,
    scene: sceneOf(classes, open, smoothed, idleSince ?? frame.capturedAt),
  };
}

/**
 * Ends what is open, as of the last frame: the camera finished, stopped, or was silent for too
 * long.
 */
export function closeOccurrence(
  classes: readonly string[],
  state: OccurrenceState,
): { readonly state: OccurrenceState; readonly events: readonly Decided[] } {
  const { open, lastFrame } = state;
  const events = open && lastFrame ? [endOf(classes, open, lastFrame.capturedAt)] : [];
  return { state: NOTHING_SEEN, events };
}

/**
 * Frames that are too far apart, also by the wall clock alone: where that is set, as on a Raspberry
 * Pi after each boot, an occurrence would last as long as the clock was wrong.
 */
function closeAfterGap(
  { maxGap }: OccurrenceConfig,
  classes: readonly string[],
  state: OccurrenceState,
  { monotonic, capturedAt }: Classified,
) {
  const { lastFrame } = state;
  if (!lastFrame) return { state, events: [] };
  const gap = monotonic - lastFrame.monotonic;
  const clockSet = Math.abs(capturedAt - lastFrame.capturedAt - gap);
  return Math.max(gap, clockSet) > maxGap ? closeOccurrence(classes, state) : { state, events: [] };
}

/** Exponential moving average in time, so that it does not depend on the frame rate. */
function smooth(constant: Millis, state: OccurrenceState, frame: Classified): number[] {
  const { smoothed, lastFrame } = state;
  if (!smoothed || !lastFrame || constant === 0) return [...frame.scores];
  const weight = 1 - Math.exp(-Math.max(0, frame.monotonic - lastFrame.monotonic) / constant);
  return smoothed.map((old, i) => old + weight * ((frame.scores[i] as number) - old));
}

function nextCandidate(
  settings: OccurrenceConfig,
  classes: readonly string[],
  { candidate, open }: OccurrenceState,
  smoothed: readonly number[],
  { capturedAt }: Classified,
): Candidate | null {
  const label = leader(smoothed);
  const name = classes[label] as string;
  const { enter } = settings.classes[name] ?? settings;
  const eligible = label !== open?.label && !settings.background.includes(name);
  if (!eligible || (smoothed[label] as number) < enter) return null;
  return candidate?.label === label
    ? { ...candidate, frames: candidate.frames + 1 }
    : { label, frames: 1, since: capturedAt };
}

function follow(open: Occurrence, smoothed: readonly number[]): Occurrence {
  const score = clamp(smoothed[open.label] as number);
  return { ...open, frames: open.frames + 1, score, topScore: Math.max(open.topScore, score) };
}

function falls(
  settings: OccurrenceConfig,
  classes: readonly string[],
  { label, score }: Occurrence,
): boolean {
  return score < (settings.classes[classes[label] as string] ?? settings).exit;
}

function body(classes: readonly string[], open: Occurrence, capturedAt: EpochMillis) {
  return {
    capturedAt: timestamp(capturedAt),
    occurrence: open.id,
    label: classes[open.label] as string,
    score: open.score,
    topScore: open.topScore,
    startedAt: timestamp(open.since),
    frames: open.frames,
  };
}

function endOf(classes: readonly string[], open: Occurrence, at: EpochMillis): Decided {
  return { type: 'end', ...body(classes, open, at), endedAt: timestamp(at) };
}

function sceneOf(
  classes: readonly string[],
  open: Occurrence | null,
  smoothed: readonly number[],
  idleSince: EpochMillis,
): SceneState {
  if (open) {
    const label = classes[open.label] as string;
    return { label, score: open.score, since: open.since, occurrence: open.id };
  }
  const score = clamp(smoothed[leader(smoothed)] as number);
  return { label: null, score, since: idleSince, occurrence: null };
}

function clamp(score: number): number {
  return Math.min(1, Math.max(0, score));
}
