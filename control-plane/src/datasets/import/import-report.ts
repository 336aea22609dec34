/** What came of an import. */
export interface ImportReport {
  /** Pictures that are new. */
  readonly added: number;
  /** Pictures that were here: identical bytes are one sample. */
  readonly known: number;
  /** Labels that were given. */
  readonly labelled: number;
  /** Pictures whose label here is another. It stays. */
  readonly conflicts: number;
  /** Files that were not taken. */
  readonly skipped: number;
  /** Classes that the task did not have. */
  readonly newClasses: readonly string[];
  /** The first conflicts and skipped files, with the reason. */
  readonly problems: readonly { readonly file: string; readonly reason: string }[];
}

const MOST_PROBLEMS = 100;

/** Adds up what happens file by file. */
export class ImportTally {
  readonly #counts = { added: 0, known: 0, labelled: 0, conflicts: 0, skipped: 0 };
  readonly #newClasses = new Set<string>();
  readonly #problems: { file: string; reason: string }[] = [];

  count(what: 'added' | 'known' | 'labelled'): void {
    this.#counts[what] += 1;
  }

  addClass(name: string): void {
    this.#newClasses.add(name);
  }

  problem(what: 'conflicts' | 'skipped', file: string, reason: string): void {
    this.#counts[what] += 1;
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push({ file, reason });
  }

  report(): ImportReport {
    return { ...this.#counts, newClasses: [...this.#newClasses], problems: this.#problems };
  }
}
