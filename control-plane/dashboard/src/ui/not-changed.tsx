import { isProblem } from '../api/client.ts';
import { Button } from './button.tsx';
import { ErrorNote } from './error-note.tsx';

interface NotChangedProps {
  /** What did not happen: "The triggers stay as they were." */
  readonly what: string;
  readonly error: Error;
  /**
   * Where a change goes through only as long as nobody else made one: brings theirs, in place of
   * what was put in.
   */
  readonly onShowNow?: (() => void) | undefined;
}

/**
 * Why a change was not made; where somebody else was first, with the way out: it would be refused
 * however often it is sent.
 */
export function NotChanged({ what, error, onShowNow }: NotChangedProps) {
  const changed = onShowNow !== undefined && isProblem(error, 'PRECONDITION_FAILED');
  return (
    <ErrorNote what={changed ? 'Somebody else has changed it meanwhile.' : what} error={error}>
      {changed && <Button onClick={onShowNow}>Show how it is now</Button>}
    </ErrorNote>
  );
}
