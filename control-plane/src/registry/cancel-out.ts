import type { Sha256 } from '@edgeloop/protocol';

/** An alias that was moved, and by whom. */
interface Moved {
  readonly from_digest: Sha256 | null;
  readonly to_digest: Sha256 | null;
  readonly changed_by: string;
}

/** Whether moves of an alias leave it as if they had not been: whoever moved it has moved it back. @param changes oldest first */
export function cancelOut(changes: readonly Moved[]): boolean {
  const standing: Moved[] = [];
  for (const change of changes) {
    const last = standing.at(-1);
    if (last && undoes(change, last)) standing.pop();
    else standing.push(change);
  }
  return standing.length === 0;
}

const undoes = (change: Moved, before: Moved): boolean =>
  change.changed_by === before.changed_by &&
  change.from_digest === before.to_digest &&
  change.to_digest === before.from_digest;
