/** Something that may be on disk as it was, or as any of a list of events left it. */
export interface Choice {
  /** The same thing has the same name at every cut. */
  readonly name: string;
  /** The events, oldest first. Option 0: none of them; option n: as the n-th left it. */
  readonly at: readonly number[];
  /** Further options after these: torn, or junk. */
  readonly extras: number;
}

/** Which option of each choice. */
export type Selection = readonly number[];

/** What a selection means, whatever other choices there were. Within one epoch of a disk. */
export const keyOf = (choices: readonly Choice[], selection: Selection): string =>
  choices
    .flatMap(({ name, at }, i) => {
      const option = selection[i] ?? 0;
      if (option === 0) return [];
      const extra = option - at.length;
      return [extra > 0 ? `${name}~${extra}:${at.at(-1)}` : `${name}:${at[option - 1]}`];
    })
    .join(' ');
