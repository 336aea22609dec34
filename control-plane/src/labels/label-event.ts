import type { EpochMillis } from '@edgeloop/protocol';

/** What a person says of a sample: its class, or that it is not any of the task's. */
export type Word = { readonly kind: 'class'; readonly class: string } | { readonly kind: 'none' };

/** Who said what when. Events are added, never changed: the label of a sample follows from them. */
export type LabelEvent = {
  /** In the order of saying. */
  readonly id: number;
  readonly by: string;
  readonly at: EpochMillis;
  /** An operator's word: it counts whatever others said. */
  readonly settles: boolean;
} & (
  | Word
  /** Leaves the sample to others. */
  | { readonly kind: 'skip' }
  /** Takes back what the same person said. */
  | { readonly kind: 'undo'; readonly undoes: number }
);

/** What follows from the events of a sample. */
export type LabelState =
  | { readonly state: 'unlabelled' }
  /** Persons disagree, none by majority. No dataset takes it, and the queue asks for it first. */
  | { readonly state: 'disputed' }
  | { readonly state: 'class'; readonly class: string }
  | { readonly state: 'none' };
