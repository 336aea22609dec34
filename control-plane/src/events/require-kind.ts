import { ControlPlaneError } from '../errors.ts';
import { EVENT_KINDS, type EventKind } from './event-kinds.ts';

export const KINDS = Object.keys(EVENT_KINDS) as EventKind[];

/** Whether `<noun>.<what>`, or `<noun>.*`, asks for a kind. */
export function asksFor(asked: string, kind: EventKind): boolean {
  const [noun, what] = asked.split('.');
  return what === '*' ? kind.startsWith(`${noun}.`) : kind === asked;
}

/**
 * Of a kind that is none, nothing would ever come.
 * @param among what can be told
 * @param why in a sentence, where another place can tell it
 * @throws ControlPlaneError `REQUEST_INVALID`
 */
export function requireKind(asked: string, among: readonly EventKind[] = KINDS, why = ''): void {
  if (among.some((kind) => asksFor(asked, kind))) return;
  const message = `Expected one of ${among.join(', ')}, or <noun>.*, for kinds, received ${JSON.stringify(asked)}.${why}`;
  throw new ControlPlaneError('REQUEST_INVALID', message);
}
