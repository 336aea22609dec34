import { useEffect, useState } from 'preact/hooks';
import type { RolloutPreview, RolloutRequest } from '../../../../src/resources/rollout.ts';
import { keepAsking } from '../../api/keep-asking.ts';
import { listen } from '../../api/live.ts';
import type { Problem } from '../../api/problem.ts';
import { askPreview } from '../ask-preview.ts';

/** After the last key, in ms. */
const PAUSE = 300;

export interface Preview {
  /** The last that was answered, also while another is asked for. */
  readonly preview: RolloutPreview | null;
  /** Why nobody can say; it is asked again where that may pass. */
  readonly problem: Problem | null;
  /** Whether it is of the request as it is now. */
  readonly fresh: boolean;
}

interface Answered extends Omit<Preview, 'fresh'> {
  readonly key: string;
}

/**
 * Who would be hit by what somebody is writing, asked for when they pause. All under one id: the
 * same devices stay in the same waves, also in the rollout that is made under it.
 */
export function usePreview(request: RolloutRequest | null): Preview {
  const [answered, setAnswered] = useState<Answered>({ key: '', preview: null, problem: null });
  const [turn, setTurn] = useState(0);
  const rollout = answered.preview?.rollout;
  const key = request === null ? '' : JSON.stringify(request);
  // The first answer gives the id; that is no reason to ask again.
  useEffect(() => {
    if (key === '') return undefined;
    const body = { ...JSON.parse(key), ...(rollout && { rollout }) };
    return keepAsking(
      {
        ask: (signal) => askPreview(body, signal),
        onAnswer: (preview) => setAnswered({ key, preview, problem: null }),
        onProblem: (problem) => setAnswered(({ preview }) => ({ key, preview, problem })),
      },
      { first: PAUSE },
    );
  }, [key, turn]);
  // Others may have taken the devices, or let go of them.
  useEffect(() => {
    const again = () => setTurn((before) => before + 1);
    return listen(['rollout.created', 'rollout.changed'], again, again);
  }, []);
  const { preview, problem } = answered;
  return { preview, problem, fresh: key !== '' && answered.key === key };
}
