import { useEffect, useState } from 'preact/hooks';
import type { RolloutRequest, RolloutView } from '../../../../src/resources/rollout.ts';
import { api } from '../../api/client.ts';
import { afterPress, type Step } from './after-press.ts';
import type { Preview } from './use-preview.ts';

type State = 'idle' | 'waiting' | 'sending' | 'look' | Error;

const AFTER: Readonly<Record<Exclude<Step, 'send'>, State>> = {
  wait: 'waiting',
  refuse: 'idle',
  look: 'look',
};

interface Sending {
  readonly press: () => void;
  /** Another plan than the one that it was pressed for. */
  readonly giveUp: () => void;
  /** It was pressed, and what follows is not known yet. */
  readonly busy: boolean;
  /** How often somebody wanted to go on, and could not. */
  readonly refused: number;
  /** The last time something came that should be seen before. */
  readonly look: boolean;
  /** Why the plan was not made. */
  readonly error: Error | null;
}

/**
 * From the button to the rollout. Pressed before who would be hit is known, it waits for that.
 * @param waits whether the rollout starts by itself
 * @param onMade called with the id of what was made
 */
export function useSending(
  request: RolloutRequest | null,
  known: Preview,
  waits: boolean,
  onMade: (rollout: string) => void,
): Sending {
  const [state, setState] = useState<State>('idle');
  const [refused, setRefused] = useState(0);
  const waiting = state === 'waiting';
  const plan = { request, waits, ...known };

  const send = async () => {
    const rollout = known.preview?.rollout;
    if (request === null || rollout === undefined) return;
    setState('sending');
    try {
      const content = { ...request, rollout };
      const asked = { idempotencyKey: rollout };
      onMade((await api.post<RolloutView>('/api/rollouts', content, asked)).rollout);
    } catch (error) {
      setState(error as Error);
    }
  };
  const take = (step: Step) => {
    if (step === 'refuse') setRefused((times) => times + 1);
    if (step === 'send') void send();
    else setState(AFTER[step]);
  };
  const next = waiting ? afterPress(plan, true) : 'wait';
  useEffect(() => {
    if (next !== 'wait') take(next);
  }, [next]);

  return {
    press: () => take(afterPress(plan, false)),
    giveUp: () => setState((now) => (now === 'sending' ? now : 'idle')),
    busy: waiting || state === 'sending',
    refused,
    look: state === 'look',
    error: state instanceof Error ? state : null,
  };
}
