import { describeMismatch, didYouMean, findMismatches, type Mismatch } from '@edgeloop/protocol';
import type { TSchema } from 'typebox';
import { Convert } from 'typebox/value';
import { ControlPlaneError } from '../errors.ts';

/** Checks a part of a request; numbers come as text and are taken as numbers where the schema wants one. */
export function validateRequest(schema: TSchema, part: string) {
  return (value: unknown): { value: unknown } | { error: Error } => {
    const converted = Convert(schema, value);
    const [mismatch] = findMismatches(schema, converted);
    if (!mismatch) return { value: converted };
    return { error: new ControlPlaneError('REQUEST_INVALID', explain(mismatch, part)) };
  };
}

function explain(mismatch: Mismatch, part: string): string {
  const where = part === 'querystring' ? 'In the query' : `In the ${part}`;
  if (mismatch.expected !== null) return `${where}: ${describeMismatch(mismatch)}`;
  const known = mismatch.knownKeys ?? [];
  return `${where}: unknown parameter ${mismatch.path}.${didYouMean(mismatch.path, known)} Expected one of ${known.join(', ')}.`;
}
