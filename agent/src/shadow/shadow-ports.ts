import type { Reason, Sha256, SignedAssignment, SlotId, UpdateReport } from '@edgeloop/protocol';

/** What a shadow takes from the machinery of updates. */
export interface ShadowPorts {
  /** Whether an assignment counts here; what is accepted is on disk as taken. */
  judge(
    signed: SignedAssignment,
    slot: SlotId,
  ): Promise<
    { readonly kind: 'accepted' | 'known' } | { readonly kind: 'refused'; readonly reason: Reason }
  >;
  /**
   * A package from the server, verified, into a folder; goes on where an earlier try ended.
   * @throws UpdateError
   */
  download(
    variant: string | undefined,
    model: Sha256,
    folder: string,
    signal: AbortSignal,
    onProgress: (progress: NonNullable<UpdateReport['progress']>) => void,
  ): Promise<void>;
}
