import { useEffect, useState } from 'preact/hooks';
import type { Draft } from './draft.ts';
import { draftOf } from './draft-of.ts';
import { keepDraft, keptDraft } from './kept-draft.ts';

interface Written {
  readonly draft: Draft;
  readonly change: (changes: Partial<Draft>) => void;
  /** What is known without asking: it is not kept, as long as nobody writes more. */
  readonly begin: (changes: Partial<Draft>) => void;
  /** What somebody has written since the page is open. */
  readonly touched: ReadonlySet<string>;
  /** Whether it was left once, and is found again. */
  readonly wasKept: boolean;
}

/** What somebody writes: begun by the address, and kept when they follow a link away. */
export function useDraft(search: string): Written {
  const [begun, setBegun] = useState(() => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    return draftOf(new URLSearchParams(search), timeZone);
  });
  const [kept] = useState(() => keptDraft(search));
  const [draft, setDraft] = useState(kept ?? begun);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (draft !== begun) keepDraft(search, draft);
  }, [draft]);
  const change = (changes: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...changes }));
    setTouched((before) => new Set([...before, ...Object.keys(changes)]));
  };
  const begin = (changes: Partial<Draft>) => {
    const next = { ...begun, ...changes };
    setBegun(next);
    setDraft((before) => (before === begun ? next : { ...before, ...changes }));
  };
  return { draft, change, begin, touched, wasKept: kept !== null };
}
