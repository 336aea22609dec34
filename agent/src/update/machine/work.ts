import type { UpdateState } from '@edgeloop/protocol';
import type { UpdatePorts } from '../update-ports.ts';

/**
 * What a state has to be done, of the ports; null: nothing, it has ended. `wait`: until the next
 * try.
 */
export const WORK: Readonly<
  Record<
    UpdateState,
    | 'wait'
    | keyof Pick<UpdatePorts, 'fetch' | 'verify' | 'selfTest' | 'activate' | 'observeProbation'>
    | null
  >
> = {
  waiting: 'wait',
  downloading: 'fetch',
  verifying: 'verify',
  testing: 'selfTest',
  activating: 'activate',
  probation: 'observeProbation',
  committed: null,
  reverted: null,
  refused: null,
  failed: null,
};
