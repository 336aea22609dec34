import { useCallback, useState } from 'preact/hooks';

export interface Action {
  readonly busy: boolean;
  /** Why it did not work, the last time. */
  readonly error: Error | null;
  /** Does nothing while it is busy. @returns whether it worked */
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>;
}

/** Something that a person asked for: whether it is under way, and why it failed. */
export function useAction(): Action {
  const [state, setState] = useState<{ busy: boolean; error: Error | null }>(IDLE);
  const { busy } = state;
  const run = useCallback(
    async (work: () => Promise<unknown>) => {
      if (busy) return false;
      setState({ busy: true, error: null });
      try {
        await work();
        setState(IDLE);
        return true;
      } catch (error) {
        setState({ busy: false, error: error as Error });
        return false;
      }
    },
    [busy],
  );
  return { ...state, run };
}

const IDLE = { busy: false, error: null };
