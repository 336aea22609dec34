import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('rpicam-vid.mjs', import.meta.url));

/** How the stand-in behaves beside showing frames. */
export interface RpicamBehaviour {
  /** Pictures before the camera fails; without: it goes on until it is ended. */
  readonly frames?: number;
  readonly failure?: 'no camera' | 'other size';
  /** It serves one program at a time, as a camera does. */
  readonly exclusive?: boolean;
}

/** A folder with rpicam-vid, or under its old name, as the first on PATH. */
export class RpicamStandIn {
  readonly #folder: string;
  readonly #path = process.env.PATH ?? '';

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(
    name: 'rpicam-vid' | 'libcamera-vid',
    behaviour: RpicamBehaviour = {},
  ): Promise<RpicamStandIn> {
    const folder = await mkdtemp(join(tmpdir(), 'rpicam-'));
    const stand = new RpicamStandIn(folder);
    await writeFile(
      join(folder, name),
      `#!/bin/sh\nexec '${process.execPath}' '${SCRIPT}' '${folder}' "$@"\n`,
    );
    await chmod(join(folder, name), 0o755);
    await stand.behave(behaviour);
    process.env.PATH = `${folder}${delimiter}${stand.#path}`;
    return stand;
  }

  /** From the next start on. */
  behave(behaviour: RpicamBehaviour): Promise<void> {
    return writeFile(join(this.#folder, 'behaviour.json'), JSON.stringify(behaviour));
  }

  /** The command line of each start. */
  async starts(): Promise<readonly (readonly string[])[]> {
    const text = await readFile(join(this.#folder, 'starts.jsonl'), 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  async remove(): Promise<void> {
    process.env.PATH = this.#path;
    await rm(this.#folder, { recursive: true, force: true });
  }
}
