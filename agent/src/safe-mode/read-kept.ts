import type { Chosen } from '../configuration/configuration-state.ts';
import { configurationFile } from '../configuration/read-state.ts';

/**
 * The settings of the control plane that were kept, for a way to reach it: one that can't be read
 * is none.
 * @param folders of the state, where it may be. Null: none
 */
export async function readKept(folders: readonly string[]): Promise<Chosen | null> {
  for (const folder of folders) {
    const state = await configurationFile(folder)
      .read()
      .catch(() => null);
    if (state) return state.kept;
  }
  return null;
}
