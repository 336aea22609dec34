import { session } from '../../session/session-state.ts';
import type { Draft } from './draft.ts';

interface StoredDraft {
  readonly by: string | undefined;
  readonly address: string;
  readonly draft: Draft;
}

/**
 * The last that was changed, until it is made or the page is loaded anew: another takes its place.
 */
let kept: StoredDraft | null = null;

/**
 * So that who follows a link away from what they write finds it again.
 * @param address what began it: another begins another
 */
export function keepDraft(address: string, draft: Draft): void {
  kept = { by: session.value?.name, address, draft };
}

/** As it was left, by who is logged in; null: there is none. */
export const keptDraft = (address: string): Draft | null =>
  kept?.address === address && kept.by === session.value?.name ? kept.draft : null;

export function forgetDraft(): void {
  kept = null;
}
