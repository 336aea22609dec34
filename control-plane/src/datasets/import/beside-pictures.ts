import { fileNamesOf, foldersOf } from './label-studio-task.ts';
import type { ZipEntry } from './open-zip.ts';

/** The pictures of a zip, as its tasks name them. */
export class BesidePictures {
  readonly #byName = new Map<string, ZipEntry[]>();

  constructor(entries: readonly ZipEntry[]) {
    for (const entry of entries) {
      const name = composed(entry.path.slice(entry.path.lastIndexOf('/') + 1));
      const alike = this.#byName.get(name) ?? [];
      this.#byName.set(name, alike);
      alike.push(entry);
    }
  }

  /**
   * Of several files of one name, the one that has most folders right above it in common with the
   * picture's.
   * @returns null: none is called so; `ambiguous`: several are, and nothing tells them apart
   */
  find(picture: string): ZipEntry | null | 'ambiguous' {
    const name = fileNamesOf(picture)
      .map(composed)
      .find((one) => this.#byName.has(one));
    const [first, ...others] = (name !== undefined && this.#byName.get(name)) || [];
    if (!first || others.length === 0) return first ?? null;
    const folders = foldersOf(picture);
    const ranked = [first, ...others]
      .map((entry) => ({ entry, alike: alikeAtEnd(entry.path.split('/').slice(0, -1), folders) }))
      .sort((a, b) => b.alike - a.alike);
    const [best, second] = ranked as [(typeof ranked)[0], (typeof ranked)[0]];
    return best.alike > second.alike ? best.entry : 'ambiguous';
  }
}

function alikeAtEnd(a: readonly string[], b: readonly string[]): number {
  let alike = 0;
  while (
    alike < a.length &&
    alike < b.length &&
    composed(a.at(-1 - alike)) === composed(b.at(-1 - alike))
  ) {
    alike += 1;
  }
  return alike;
}

/** macOS writes é as two characters, everyone else as one. */
const composed = (text = '') => text.normalize('NFC');
