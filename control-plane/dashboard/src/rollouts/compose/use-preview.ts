import { useEffect, useState } from 'preact/hooks';
import type { RolloutPreview, RolloutRequest } from '../../../../src/resources/rollout.ts';
import { api } from '../../api/client.ts';
import { listen } from '../../api/live.ts';
import type { Problem } from '../../api/problem.ts';

/** After the last key, in ms. */
const PAUSE = 300;

interface Preview {
  /** The last that was answered, also while another is asked for. */
  readonly preview: RolloutPreview | null;
  readonly problem: Problem | null;
  /** Whether it is of the request as it is now. */
  readonly fresh: boolean;
}

interface Answered extends Omit<Preview, 'fresh'> {
  readonly key: string;
}

/**
 * Who would be hit by what somebody is writing, asked for when they pause. All under one id: the same devices stay in the same
 * waves, also in the rollout that is made under it.
 */
export function usePreview(request: RolloutRequest | null): Preview {
  const [answered, setAnswered] = useState<Answered>({ key: '', preview: null, problem: null });
  const [turn, setTurn] = useState(0);
  const rollout = answered.preview?.rollout;
  const key = request === null ? '' : JSON.stringify(request);
  // The first answer gives the id; that is no reason to ask again.
  useEffect(() => {
    if (key === '') return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    const timer = setTimeout(() => {
      const body = { ...JSON.parse(key), ...(rollout && { rollout }) };
      api.post<RolloutPreview>('/api/rollouts/preview', body, { signal }).then(
        (preview) => setAnswered({ key, preview, problem: null }),
        (problem: Problem) =>
          !signal.aborted && setAnswered(({ preview }) => ({ key, preview, problem })),
      );
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [key, turn]);
  // Others may have taken the devices, or let go of them.
  useEffect(() => {
    const again = () => setTurn((before) => before + 1);
    return listen(['rollout.created', 'rollout.changed'], again, again);
  }, []);
  const { preview, problem } = answered;
  return { preview, problem, fresh: key !== '' && answered.key === key };
}
