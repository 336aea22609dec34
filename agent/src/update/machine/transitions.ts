import type { UpdateState } from '@edgeloop/protocol';

/**
 * What ends the work of a state: its outcome, `due` for a wait, or `givenUp` (too many starts,
 * writes or failures). An event that has no cell is of another state's work, and changes nothing.
 */
type Ending = 'due' | 'done' | 'passing' | 'refused' | 'failed' | 'givenUp';

/**
 * The update of a slot. Assignments and starts of the agent, which come in any state, are in
 * `transition`.
 */
export const TRANSITIONS: Readonly<Record<UpdateState, Partial<Record<Ending, UpdateState>>>> = {
  waiting: { due: 'downloading', givenUp: 'failed' },
  downloading: {
    done: 'verifying',
    passing: 'waiting',
    refused: 'refused',
    failed: 'failed',
    givenUp: 'failed',
  },
  verifying: {
    done: 'testing',
    passing: 'waiting',
    refused: 'refused',
    failed: 'failed',
    givenUp: 'failed',
  },
  testing: {
    done: 'activating',
    passing: 'waiting',
    refused: 'refused',
    failed: 'failed',
    givenUp: 'failed',
  },
  activating: {
    done: 'probation',
    passing: 'waiting',
    refused: 'refused',
    failed: 'failed',
    givenUp: 'failed',
  },
  probation: {
    done: 'committed',
    passing: 'reverted',
    refused: 'reverted',
    failed: 'reverted',
    givenUp: 'reverted',
  },
  committed: {},
  reverted: {},
  refused: {},
  failed: {},
};
