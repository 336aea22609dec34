import type { TestedShare } from './champion-test.ts';

/** What is known of a class, for whoever asks which labels would help. */
export interface ClassEvidence {
  readonly class: string;
  readonly labels: number;
  /**
   * Given since the champion's dataset was frozen; null: there is no champion, or its dataset is
   * from elsewhere.
   */
  readonly newLabels: number | null;
  readonly champion:
    | { readonly state: 'tested'; readonly recall: TestedShare }
    /** Its test had none of the class, or it was never tested. */
    | { readonly state: 'untested' }
    /** The champion does not have the class. */
    | { readonly state: 'unknown-class' }
    | { readonly state: 'no-champion' };
  /** What waits that the model takes for it. */
  readonly queue: QueueOfClass;
  /**
   * Of the latest labels that gave this class: how many a model had seen before, and had taken for
   * another.
   */
  readonly lately: { readonly guessed: number; readonly wrong: number };
}

export interface QueueOfClass {
  readonly waiting: number;
  /** The two best classes less than 0.2 apart. */
  readonly unsure: number;
  /** Mean of one less that difference; null: none waits. */
  readonly uncertainty: number | null;
}

export const NONE_WAITS: QueueOfClass = { waiting: 0, unsure: 0, uncertainty: null };
