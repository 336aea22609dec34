import Type, { type Static } from 'typebox';

/** Where a job is in its life. */
export const JobState = Type.Union(
  [
    Type.Literal('queued'),
    Type.Literal('leased'),
    Type.Literal('running'),
    Type.Literal('succeeded'),
    Type.Literal('failed'),
    Type.Literal('cancelled'),
  ],
  {
    description:
      'leased: a trainer took it and has said nothing yet. succeeded: a model was trained; whether it became candidate stands in verdict',
  },
);
export type JobState = Static<typeof JobState>;

/** What happens to a job. */
export type JobEvent =
  | 'lease'
  | 'heartbeat'
  /** The trainer gives it back. */
  | 'release'
  /** No heartbeat came in time. */
  | 'expire'
  /** It broke in a way that another try may not. */
  | 'break'
  /** It broke in a way that another try would, too. */
  | 'refuse'
  | 'succeed'
  | 'cancel'
  /** A person asked for it. */
  | 'retry';

/** As long as there is an attempt left, the first, else the second. */
const AGAIN = ['queued', 'failed'] as const;

/** What is not in the table does not happen: the event came too late. */
const TRANSITIONS: Readonly<Record<JobState, Partial<Record<JobEvent, JobState | typeof AGAIN>>>> =
  {
    queued: { lease: 'leased', cancel: 'cancelled' },
    leased: {
      heartbeat: 'running',
      release: 'queued',
      expire: AGAIN,
      break: AGAIN,
      refuse: 'failed',
      succeed: 'succeeded',
      cancel: 'cancelled',
    },
    running: {
      heartbeat: 'running',
      release: 'queued',
      expire: AGAIN,
      break: AGAIN,
      refuse: 'failed',
      succeed: 'succeeded',
      cancel: 'cancelled',
    },
    succeeded: {},
    failed: { retry: 'queued' },
    cancelled: { retry: 'queued' },
  };

/** Where an event leads; null where it has no meaning any more. */
export function nextState(
  state: JobState,
  event: JobEvent,
  { attempts, maxAttempts }: { readonly attempts: number; readonly maxAttempts: number },
): JobState | null {
  const next = TRANSITIONS[state][event];
  if (next === undefined) return null;
  return typeof next === 'string' ? next : AGAIN[attempts < maxAttempts ? 0 : 1];
}

/** In which a job waits or is worked on: of one task and one dataset there is one at a time. */
export const ACTIVE_STATES = ['queued', 'leased', 'running'] as const satisfies JobState[];
/** In which a trainer has it. */
export const LEASED_STATES = ['leased', 'running'] as const satisfies JobState[];
