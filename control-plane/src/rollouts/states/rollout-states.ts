import Type, { type Static } from 'typebox';

/** Where a rollout is in its life. */
export const RolloutState = Type.Union(
  [
    Type.Literal('awaiting-approval'),
    Type.Literal('scheduled'),
    Type.Literal('shadowing'),
    Type.Literal('rolling'),
    Type.Literal('baking'),
    Type.Literal('paused'),
    Type.Literal('completed'),
    Type.Literal('aborted'),
    Type.Literal('rolling-back'),
    Type.Literal('rolled-back'),
  ],
  {
    description:
      'scheduled: waits for its time, or for a start by hand. shadowing: the candidate looks on before the first wave. rolling: devices of a wave are told. baking: a wave has it, and is watched. aborted: no device is begun any more; what has the new keeps it',
  },
);
export type RolloutState = Static<typeof RolloutState>;

/** What happens to a rollout: an order of a person, or what the engine found. */
export type RolloutEvent =
  | 'approve'
  /** Begins with the candidate as shadow. */
  | 'shadow'
  /** Begins with the first wave, or goes on to it. */
  | 'begin'
  /** Every device of the wave has ended, or is late. */
  | 'bake'
  /** The next wave. */
  | 'advance'
  /** There is no wave left. */
  | 'complete'
  | 'pause'
  | 'resume'
  /** What failed is tried again. */
  | 'retry'
  | 'abort'
  | 'roll-back'
  /** Every device is as it was, or was told and is late. */
  | 'end-back';

/** What a paused one goes back to is kept with it. */
const BEFORE_PAUSE = 'before pause';
type Target = RolloutState | typeof BEFORE_PAUSE;

/** What is not in the table does not happen. */
const TRANSITIONS: Readonly<Record<RolloutState, Partial<Record<RolloutEvent, Target>>>> = {
  'awaiting-approval': { approve: 'scheduled', abort: 'aborted' },
  scheduled: { shadow: 'shadowing', begin: 'rolling', pause: 'paused', abort: 'aborted' },
  shadowing: { begin: 'rolling', pause: 'paused', abort: 'aborted', 'roll-back': 'rolling-back' },
  rolling: {
    bake: 'baking',
    pause: 'paused',
    retry: 'rolling',
    abort: 'aborted',
    'roll-back': 'rolling-back',
  },
  baking: {
    advance: 'rolling',
    complete: 'completed',
    pause: 'paused',
    retry: 'rolling',
    abort: 'aborted',
    'roll-back': 'rolling-back',
  },
  paused: {
    resume: BEFORE_PAUSE,
    // Somebody who looked at it says that it is well.
    advance: 'rolling',
    complete: 'completed',
    begin: 'rolling',
    retry: 'paused',
    abort: 'aborted',
    'roll-back': 'rolling-back',
  },
  completed: { 'roll-back': 'rolling-back' },
  aborted: { 'roll-back': 'rolling-back' },
  'rolling-back': { 'end-back': 'rolled-back' },
  'rolled-back': {},
};

/**
 * Where an event leads; null where it has no meaning any more.
 * @param pausedFrom the state that a paused one was in
 */
export function nextRolloutState(
  state: RolloutState,
  event: RolloutEvent,
  pausedFrom: RolloutState | null,
): RolloutState | null {
  const next = TRANSITIONS[state][event];
  if (next === undefined) return null;
  return next === BEFORE_PAUSE ? pausedFrom : next;
}

/** In which a rollout has its devices for itself: no other moves the same slot of them. */
export const CLAIMING_STATES = [
  'shadowing',
  'rolling',
  'baking',
  'paused',
  'rolling-back',
] as const satisfies RolloutState[];

/** In which it may still bring its cargo to a device, or take it back. */
export const UNDECIDED_STATES = [
  'awaiting-approval',
  'scheduled',
  ...CLAIMING_STATES,
] as const satisfies RolloutState[];

/** In which the engine has something to do for it. */
export const LIVE_STATES = [
  'scheduled',
  'shadowing',
  'rolling',
  'baking',
  'rolling-back',
] as const satisfies RolloutState[];
