import Type, { type Static } from 'typebox';

/** Where a device is within a rollout. */
export const DeviceState = Type.Union(
  [
    Type.Literal('pending'),
    Type.Literal('told'),
    Type.Literal('updating'),
    Type.Literal('probation'),
    Type.Literal('late'),
    Type.Literal('done'),
    Type.Literal('failed'),
    Type.Literal('skipped'),
    Type.Literal('rolling-back'),
    Type.Literal('rolled-back'),
    Type.Literal('stranded'),
  ],
  {
    description:
      'pending: its turn has not come. told: it has said nothing yet. late: its deadline passed; it may still do it. skipped: the rollout leaves it alone. stranded: it was told to go back, and could not',
  },
);
export type DeviceState = Static<typeof DeviceState>;

/** What happens to a device: the engine's step, or what the device reports. */
export type DeviceEvent =
  /** It runs what it should already, or always has. */
  | 'find-done'
  | 'tell'
  /** Reported: it is at it. */
  | 'progress'
  /** Reported: the new decides, on probation. */
  | 'try'
  | 'commit'
  /**
   * Reported: refused, failed, or reverted by itself. Or it was offline, and that counts as a
   * failure.
   */
  | 'fail'
  | 'expire'
  /** Offline, taken by another rollout, or gone. */
  | 'skip'
  /** It is online again. */
  | 'return'
  | 'retry'
  /** It is told to run what it ran before. */
  | 'take-back'
  /** Reported: it runs what it ran before. */
  | 'back';

const MOVING = {
  progress: 'updating',
  try: 'probation',
  commit: 'done',
  fail: 'failed',
  expire: 'late',
  skip: 'skipped',
  'take-back': 'rolling-back',
} as const satisfies Partial<Record<DeviceEvent, DeviceState>>;

/** What is not in the table does not happen: it was told twice, or came too late. */
const TRANSITIONS: Readonly<Record<DeviceState, Partial<Record<DeviceEvent, DeviceState>>>> = {
  pending: {
    'find-done': 'done',
    tell: 'told',
    fail: 'failed',
    skip: 'skipped',
    // One that is to try again has been told before.
    'take-back': 'rolling-back',
  },
  told: MOVING,
  updating: MOVING,
  probation: MOVING,
  late: { commit: 'done', fail: 'failed', skip: 'skipped', 'take-back': 'rolling-back' },
  done: { fail: 'failed', skip: 'skipped', 'take-back': 'rolling-back' },
  failed: { commit: 'done', retry: 'pending', skip: 'skipped', 'take-back': 'rolling-back' },
  skipped: { return: 'pending' },
  'rolling-back': { back: 'rolled-back', fail: 'stranded', skip: 'skipped' },
  'rolled-back': {},
  stranded: { back: 'rolled-back', skip: 'skipped', 'take-back': 'rolling-back' },
};

/** Where an event leads; null where it has no meaning any more. */
export function nextDeviceState(state: DeviceState, event: DeviceEvent): DeviceState | null {
  return TRANSITIONS[state][event] ?? null;
}

/**
 * Told, and not ended: they count against how many may be at it at once, and against the deadline.
 */
export const MOVING_STATES = ['told', 'updating', 'probation'] as const satisfies DeviceState[];

/** Told something, and not ended: more is to be heard. */
export const UNSETTLED_STATES = [
  ...MOVING_STATES,
  'late',
  'rolling-back',
  'stranded',
] as const satisfies DeviceState[];

/**
 * Under way, where it was told something (a `pending` one is to try again): to abort takes these
 * back.
 */
export const UNDER_WAY_STATES = [
  'pending',
  ...MOVING_STATES,
  'late',
] as const satisfies DeviceState[];

/** What a rollout may have changed, where it was told something: a roll-back takes these back. */
export const TOUCHED_STATES = [
  ...UNDER_WAY_STATES,
  'done',
  'failed',
] as const satisfies DeviceState[];

/**
 * In which a device runs what it ran before the rollout, or was told to: it kept that by itself, or
 * was taken back.
 */
export const AS_BEFORE_STATES = [
  'failed',
  'rolling-back',
  'rolled-back',
  'stranded',
] as const satisfies DeviceState[];

/** In which what a device reports may still change something. */
export const HEARD_STATES = [
  ...UNSETTLED_STATES,
  'done',
  'failed',
] as const satisfies DeviceState[];
