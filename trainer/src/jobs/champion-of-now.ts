import { parseId, type Sha256 } from '@edgeloop/protocol';
import type { ControlPlaneClient } from './control-plane-client.ts';
import { Refusal } from './refusal.ts';
import { type RetryOptions, retrying } from './retrying.ts';

interface TaskView {
  readonly aliases: readonly { readonly alias: string; readonly digest: string }[];
}

/** Where another becomes champion while one is run, that is run, too: at most so many. */
const MOST_RUNS = 3;

/**
 * The champion of a task as it is now; null: it has none.
 * @throws Refusal; ProtocolError for one that is no digest: it becomes the name of a folder
 */
export async function currentChampion(
  client: ControlPlaneClient,
  task: string,
  retry: RetryOptions,
): Promise<Sha256 | null> {
  const path = `/api/tasks/${task}`;
  const ask = () => client.askJson<TaskView>(path, { signal: retry.signal });
  const { aliases } = await retrying(ask, retry);
  const champion = aliases.find(({ alias }) => alias === 'champion');
  return champion ? parseId('sha256', champion.digest) : null;
}

/**
 * Runs the champion of now, which is the one that the gate compares with: in the hours of a
 * training another may have followed the one that the job was offered with, and that one may be
 * gone. Once more where it changes meanwhile.
 * @returns what the last run brought; null: there is no champion
 */
export async function withChampionOfNow<T>(
  now: () => Promise<Sha256 | null>,
  run: (champion: Sha256) => Promise<T>,
): Promise<T | null> {
  for (let runs = 1; ; runs++) {
    const champion = await now();
    if (champion === null) return null;
    try {
      const brought = await run(champion);
      if (runs === MOST_RUNS || (await now()) === champion) return brought;
    } catch (error) {
      if (runs === MOST_RUNS || !isGone(error) || (await now()) === champion) throw error;
    }
  }
}

/** A model that was removed. */
export const isGone = (error: unknown): boolean => error instanceof Refusal && error.status === 404;
