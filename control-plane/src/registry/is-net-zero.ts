import type { Sha256 } from '@edgeloop/protocol';

/** An alias that was moved, and by whom. */
interface Moved {
  readonly from_digest: Sha256 | null;
  readonly to_digest: Sha256 | null;
  readonly changed_by: string;
}

/**
 * Whether moves of an alias amount to none: whoever moved it has moved it back.
 * @param changes oldest first
 */
export function isNetZero(changes: readonly Moved[]): boolean {
  const left: Moved[] = [];
  for (const change of changes) {
    const last = left.at(-1);
    if (last && undoes(change, last)) left.pop();
    else left.push(change);
  }
  return left.length === 0;
}

const undoes = (change: Moved, before: Moved): boolean =>
  change.changed_by === before.changed_by &&
  change.from_digest === before.to_digest &&
  change.to_digest === before.from_digest;
