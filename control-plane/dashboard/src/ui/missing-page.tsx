import type { ComponentChildren } from 'preact';
import { Link } from 'wouter-preact';
import { Empty } from './empty.tsx';
import { ErrorNote } from './error-note.tsx';
import { Page } from './page.tsx';

interface Props {
  readonly title: string;
  /** What the address names: `rollout`. */
  readonly kind: string;
  /** The page that lists them, and its name. */
  readonly list: { readonly href: string; readonly name: string };
  /** Null: nothing was answered yet. */
  readonly problem: { readonly status: number; readonly message: string } | null;
  readonly retry: () => void;
  /** Why there may be none. */
  readonly children: ComponentChildren;
}

/** In place of the page of one thing: its address names none, or it was not read. */
export function MissingPage({ title, kind, list, problem, retry, children }: Props) {
  const { href, name } = list;
  return (
    <Page title={title} above={<Link href={href}>{name}</Link>}>
      {problem?.status === 404 || problem?.status === 400 ? (
        <Empty title={`There is no such ${kind}.`}>
          <p>{children}</p>
          <Link href={href}>{`To all ${name.toLowerCase()}`}</Link>
        </Empty>
      ) : (
        problem && <ErrorNote what={`The ${kind} was not read.`} error={problem} retry={retry} />
      )}
    </Page>
  );
}
