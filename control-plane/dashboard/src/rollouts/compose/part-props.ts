import type { Draft } from './draft.ts';

/** What each part of the form gets. */
export interface PartProps {
  readonly draft: Draft;
  readonly change: (changes: Partial<Draft>) => void;
  /** What is known without asking: nobody wrote it. */
  readonly begin: (changes: Partial<Draft>) => void;
  /** Why a field can't be meant; undefined: it can, or it is not yet said. */
  readonly shown: (field: string) => string | undefined;
}
