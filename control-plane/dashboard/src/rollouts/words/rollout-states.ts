import type { RolloutState } from '../../../../src/rollouts/states/rollout-states.ts';

/** Of the kit's `State`. */
export type Kind = 'good' | 'warn' | 'bad' | 'idle' | 'active';

interface StateWords {
  readonly kind: Kind;
  readonly word: string;
  /** What it means, for who sees the word for the first time. */
  readonly means: string;
}

export const ROLLOUT_STATES: Readonly<Record<RolloutState, StateWords>> = {
  'awaiting-approval': {
    kind: 'warn',
    word: 'awaiting approval',
    means: 'Somebody other than who planned it must approve it.',
  },
  scheduled: { kind: 'idle', word: 'scheduled', means: 'It has not begun.' },
  shadowing: {
    kind: 'active',
    word: 'shadowing',
    means: 'The candidate looks on, and decides nothing yet.',
  },
  rolling: { kind: 'active', word: 'rolling', means: 'Devices of this wave are told.' },
  baking: {
    kind: 'active',
    word: 'baking',
    means: 'This wave has it, and is watched. Its gates decide when the bake is over.',
  },
  paused: {
    kind: 'warn',
    word: 'paused',
    means: 'No device is begun, nothing is judged: it waits for a person.',
  },
  completed: { kind: 'good', word: 'completed', means: 'Every wave has it.' },
  aborted: {
    kind: 'idle',
    word: 'aborted',
    means: 'It was ended: what was done stays, what was under way goes back.',
  },
  'rolling-back': {
    kind: 'warn',
    word: 'rolling back',
    means: 'Every device that it touched is told to run what it ran before.',
  },
  'rolled-back': {
    kind: 'bad',
    word: 'rolled back',
    means: 'Its devices run what they ran before.',
  },
};

/** Nothing more becomes of it by itself. */
const ENDED: readonly RolloutState[] = ['completed', 'aborted', 'rolled-back'];

export const hasEnded = (state: RolloutState): boolean => ENDED.includes(state);
