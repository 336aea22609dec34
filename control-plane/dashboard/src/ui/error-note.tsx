import type { ComponentChildren } from 'preact';
import { Button } from './button.tsx';
import { Note } from './note.tsx';

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
    <Note kind="bad" action={retry && <Button onClick={retry}>Try again</Button>}>
      <p class="strong">{what}</p>
      <p>{error.message}</p>
      {children}
    </Note>
  );
}
