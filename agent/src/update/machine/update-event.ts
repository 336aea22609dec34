import type { Reason, Sha256 } from '@edgeloop/protocol';

/** Of an assignment, what an update follows. */
export interface Assigned {
  readonly model: Sha256;
  readonly generation: number;
}

/** How the work of a state ended. */
export type Outcome =
  | { readonly kind: 'done' }
  /** It may pass: network, disk. `progressed`: it came further than the try before. */
  | { readonly kind: 'passing'; readonly reason: Reason; readonly progressed?: boolean }
  /** It may not run here: signature, agent version, classes. */
  | { readonly kind: 'refused'; readonly reason: Reason }
  /** It can't: golden cases, a crash. */
  | { readonly kind: 'failed'; readonly reason: Reason };

export type UpdateEvent =
  | Outcome
  /** The wait between two tries is over. */
  | { readonly kind: 'due' }
  /** It was accepted: whatever was on its way ends. */
  | { readonly kind: 'assigned'; readonly assignment: Assigned }
  /** An assignment that this device may not take. */
  | { readonly kind: 'rejected'; readonly assignment: Assigned; readonly reason: Reason }
  /**
   * The agent starts. `fallback`: what agent.yaml names now. `again`: within a process that has
   * started it already, so that nothing had ended.
   */
  | { readonly kind: 'booted'; readonly fallback: Sha256; readonly again?: boolean }
  /** The package of a model can't be loaded from the disk any more. */
  | {
      readonly kind: 'lost';
      readonly model: Sha256;
      readonly fallback: Sha256;
      readonly reason: Reason;
    };
