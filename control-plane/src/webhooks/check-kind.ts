import { ControlPlaneError } from '../errors.ts';
import { EVENT_KINDS, type EventKind, isFleeting } from '../events/event-kinds.ts';

const KINDS = Object.keys(EVENT_KINDS) as EventKind[];
/** Those that a webhook is told. */
const TOLD = KINDS.filter((kind) => !isFleeting(kind));

/**
 * What a webhook asks for: a kind, or `<noun>.*` where the noun has one that it can be told.
 * @throws ControlPlaneError `REQUEST_INVALID`
 */
export function checkKind(asked: string): void {
  const [noun, what] = asked.split('.');
  const means = (kind: EventKind) => (what === '*' ? kind.startsWith(`${noun}.`) : kind === asked);
  if (TOLD.some(means)) return;
  const why = KINDS.some(means)
    ? ' Pictures are told in /api/events alone: one that is missed is told by no other.'
    : '';
  const message = `Expected one of ${TOLD.join(', ')}, or <noun>.*, for kinds, received ${JSON.stringify(asked)}.${why}`;
  throw new ControlPlaneError('REQUEST_INVALID', message);
}
