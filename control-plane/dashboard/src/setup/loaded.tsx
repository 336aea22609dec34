import type { ComponentChildren } from 'preact';
import type { Resource } from '../api/use-resource.ts';
import { ErrorNote } from '../ui/error-note.tsx';

interface LoadedProps<Body> {
  /** What is read: "The tokens". */
  readonly what: string;
  readonly from: Resource<Body>;
  readonly children: (value: Body) => ComponentChildren;
}

/** What was read, and, where the last reading failed, why; what was known before stays. */
export function Loaded<Body>({ what, from, children }: LoadedProps<Body>) {
  const { value, problem, reload } = from;
  return (
    <>
      {problem && <ErrorNote what={`${what} were not read.`} error={problem} retry={reload} />}
      {value !== undefined && children(value)}
    </>
  );
}
