import { useLocation, useSearch } from 'wouter-preact';
import { now } from '../../ui/clock.ts';
import { readSpan, type Span, type SpanName, turn, writeSpan } from './span.ts';

export interface SpanAddress {
  readonly span: Span;
  /** @param to milliseconds; null: now */
  readonly go: (name: SpanName, to: number | null) => void;
  readonly turn: (back: boolean) => void;
}

/** The span stands in the address: whoever is sent it sees the same. */
export function useSpan(): SpanAddress {
  const search = useSearch();
  const [location, navigate] = useLocation();
  const query = new URLSearchParams(search);
  const span = readSpan(query, now.value);
  const go = (name: SpanName, to: number | null) => {
    const written = writeSpan(query, { name, to });
    navigate(written.size === 0 ? location : `${location}?${written}`, { replace: true });
  };
  return { span, go, turn: (back) => go(span.name, turn(span, back, now.value)) };
}
