import { getEventListeners } from 'node:events';

/**
 * What a signal keeps: who listens to it, and signals that `AbortSignal.any` made of it, which Node
 * 20 keeps for ever.
 */
export function heldBy(signal: AbortSignal): number {
  const symbols = Object.getOwnPropertySymbols(signal);
  const name = symbols.find((symbol) => symbol.description === 'kDependantSignals');
  const made = name && (signal as unknown as Record<symbol, Set<unknown> | undefined>)[name];
  return getEventListeners(signal, 'abort').length + (made?.size ?? 0);
}
