import type { ComponentChildren } from 'preact';
import { Button } from './button.tsx';
import './notes.css';

interface ErrorNoteProps {
  /** What failed, in a few words: "The devices were not read." */
  readonly what: string;
  /** Why; the API's own words say what to do. */
  readonly error: Pick<Error, 'message'>;
  readonly retry?: () => void;
  readonly children?: ComponentChildren;
}

export function ErrorNote({ what, error, retry, children }: ErrorNoteProps) {
  return (
    <div class="error-note" role="alert">
      <div>
        <p class="strong">{what}</p>
        <p>{error.message}</p>
        {children}
      </div>
      {retry && <Button onClick={retry}>Try again</Button>}
    </div>
  );
}
