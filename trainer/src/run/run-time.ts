/** How long a run has worked, over all processes that went on with it. */
export interface RunTime {
  /** When it began at first: ISO 8601, UTC. */
  readonly started: string;
  /**
   * Of work: neither what lay between two processes, nor what one did after its last checkpoint.
   */
  readonly seconds: number;
}

/**
 * @param before of the checkpoint that this process goes on from; none for a run that begins
 * @param now monotonic, in milliseconds
 * @returns the time so far, whenever it is asked
 */
export function runTime(
  before: RunTime | undefined,
  { now, clock }: { readonly now: () => number; readonly clock: () => Date },
): () => RunTime {
  const begun = now();
  const { started, seconds } = before ?? { started: clock().toISOString(), seconds: 0 };
  return () => ({ started, seconds: seconds + (now() - begun) / 1000 });
}
