import { isFleeting } from '../events/event-kinds.ts';
import { asksFor, KINDS, requireKind } from '../events/require-kind.ts';

/** Those that a webhook is told. */
const TOLD = KINDS.filter((kind) => !isFleeting(kind));

/**
 * What a webhook asks for: a kind, or `<noun>.*` where the noun has one that it can be told.
 * @throws ControlPlaneError `REQUEST_INVALID`
 */
export function checkKind(asked: string): void {
  const why = KINDS.some((kind) => asksFor(asked, kind))
    ? ' Pictures are told in /api/events alone: one that is missed is told by no other.'
    : '';
  requireKind(asked, TOLD, why);
}
