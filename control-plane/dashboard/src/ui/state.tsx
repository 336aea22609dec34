import type { ComponentChildren } from 'preact';
import './state.css';

export type StateKind = 'good' | 'warn' | 'bad' | 'idle' | 'active';

/** A shape for each, so that colour is never alone. */
const SHAPES: Record<StateKind, string> = {
  good: 'M8 3a5 5 0 1 1 0 10A5 5 0 0 1 8 3Z',
  warn: 'M8 2.5 14 13H2Z',
  bad: 'M4 4h8v8H4Z',
  idle: 'M8 3a5 5 0 1 1 0 10A5 5 0 0 1 8 3Zm0 2a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z',
  active: 'M8 2.5 13.5 8 8 13.5 2.5 8Z',
};

/** A state in a word, with its shape and colour. */
export function State({ kind, children }: { kind: StateKind; children: ComponentChildren }) {
  return (
    <span class={`state state-${kind}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={SHAPES[kind]} fill="currentColor" />
      </svg>
      {children}
    </span>
  );
}
