import { Link } from 'wouter-preact';
import { State } from '../../ui/state.tsx';
import type { Attention } from '../rows/attention.ts';
import './attention-lines.css';

interface AttentionLinesProps {
  /** At most three; null: nothing is known yet. */
  readonly lines: readonly Attention[] | null;
  /** Where a sentence's query leads from here. */
  readonly hrefOf: (query: string) => string;
}

/**
 * What someone should know first, in a place for three lines: nothing below moves when there are
 * more.
 */
export function AttentionLines({ lines, hrefOf }: AttentionLinesProps) {
  return (
    <section class="fleet-attention" aria-label="What needs attention">
      <ul>
        {(lines ?? []).map(({ kind, text, query, whole }) => (
          <li key={query}>
            <State kind={kind}>
              {query === '' ? (
                <span class="fleet-attention-text" title={whole}>
                  {text}
                </span>
              ) : (
                <Link href={hrefOf(query)} class="fleet-attention-text">
                  {text}
                </Link>
              )}
            </State>
          </li>
        ))}
      </ul>
    </section>
  );
}
