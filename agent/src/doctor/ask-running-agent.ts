import { millis } from '@edgeloop/protocol';
import { Check } from 'typebox/value';
import { AgentStatus, STATUS_PATH } from '../control/agent-status.ts';
import { askAgent } from '../control/ask-agent.ts';
import { AgentError } from '../errors.ts';
import { lockState } from '../state/lock-state.ts';

/** The agent of this device, which has the cameras and the name at the broker while it runs. */
export type RunningAgent =
  | { readonly kind: 'none' }
  | { readonly kind: 'told'; readonly status: AgentStatus }
  /** It runs, as far as can be seen, and does not tell its status. */
  | { readonly kind: 'silent'; readonly why: string };

const PATIENCE = millis(10_000);

/** Asks the agent that runs on a state for its status. */
export async function askRunningAgent(state: string): Promise<RunningAgent> {
  try {
    const answer = await askAgent<unknown>(state, STATUS_PATH, { patience: PATIENCE });
    if (answer && Check(AgentStatus, answer.value)) {
      return { kind: 'told', status: answer.value };
    }
    if (answer) return { kind: 'silent', why: 'it is of another version than this program' };
  } catch (error) {
    return { kind: 'silent', why: (error as Error).message };
  }
  const unlock = tryLock(state);
  unlock?.();
  return unlock ? { kind: 'none' } : { kind: 'silent', why: 'it starts, or is in safe mode' };
}

/** Null: an agent runs. */
export function tryLock(state: string): (() => void) | null {
  try {
    return lockState(state);
  } catch (error) {
    if (error instanceof AgentError && error.code === 'STATE_IN_USE') return null;
    // What is wrong with the folder is told by the check of the disk.
    return () => {};
  }
}
