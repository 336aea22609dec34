import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbandoned, ownMark } from '../run/process-mark.ts';

/** What trainers left that were killed, in the folder of all jobs. */
export class AbandonedJobs {
  readonly #folder: string;
  readonly #say: (text: string) => void;
  readonly #said = new Set<string>();

  constructor(folder: string, say: (text: string) => void) {
    this.#folder = folder;
    this.#say = say;
  }

  /** What may not be removed, such as root's, is told once, and is no reason not to work. */
  async remove(): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const [mark = ''] = name.split('.');
      const path = join(this.#folder, name);
      if (!isAbandoned(path, mark, ownMark(), new Date())) continue;
      await rm(path, { recursive: true, force: true }).catch((error: Error) => {
        this.#tell(path, error);
      });
    }
  }

  #tell(path: string, { message }: Error): void {
    if (this.#said.has(path)) return;
    this.#said.add(path);
    this.#say(`Expected to remove ${path}, which a killed trainer left: ${message}. Remove it.`);
  }
}
