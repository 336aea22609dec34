import { type Millis, millis } from '@edgeloop/protocol';

type GatePhase = 'still' | 'moving' | 'holding';
type GateEvent = 'motion' | 'calm' | 'over';

export interface GateState {
  readonly phase: GatePhase;
  /** Of the last frame in which something moved. */
  readonly movedAt: Millis;
  /** Of the last frame that passed; null: none has. */
  readonly passedAt: Millis | null;
}

export interface GateTimes {
  /** After the last motion frames pass for so long. */
  readonly hold: Millis;
  /** One frame passes at least so often, whatever moves: what began must be able to end. */
  readonly atLeastEvery: Millis;
}

export const CLOSED_GATE: GateState = { phase: 'still', movedAt: millis(0), passedAt: null };

/** The machine as a table: what each event makes of each phase. */
const NEXT: Readonly<Record<GatePhase, Readonly<Record<GateEvent, GatePhase>>>> = {
  still: { motion: 'moving', calm: 'still', over: 'still' },
  moving: { motion: 'moving', calm: 'holding', over: 'still' },
  holding: { motion: 'moving', calm: 'holding', over: 'still' },
};

/**
 * Whether a frame passes.
 * @param asked somebody waits for a frame: it passes
 */
export function stepGate(
  state: GateState,
  { moves, asked, at }: { readonly moves: boolean; readonly asked: boolean; readonly at: Millis },
  { hold, atLeastEvery }: GateTimes,
): { readonly state: GateState; readonly passes: boolean } {
  const event = moves ? 'motion' : at - state.movedAt < hold ? 'calm' : 'over';
  const phase = NEXT[state.phase][event];
  const due = state.passedAt === null || at - state.passedAt >= atLeastEvery;
  const passes = phase !== 'still' || asked || due;
  return {
    state: {
      phase,
      movedAt: moves ? at : state.movedAt,
      passedAt: passes ? at : state.passedAt,
    },
    passes,
  };
}
