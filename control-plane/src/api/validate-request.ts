import { describeMismatch, didYouMean, findMismatches, type Mismatch } from '@edgeloop/protocol';
import type { TSchema } from 'typebox';
import { Convert } from 'typebox/value';
import { ControlPlaneError } from '../errors.ts';

/**
 * Checks a part of a request. Outside the body everything comes as text, and is taken as a number
 * where the schema wants one; a body is JSON and means what it says: null is not 0.
 */
export function validateRequest(schema: TSchema, part: string) {
  return (value: unknown): { value: unknown } | { error: Error } => {
    const converted = part === 'body' ? value : Convert(schema, value);
    const [mismatch] = findMismatches(schema, converted, 1);
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
