import { describeMismatch, didYouMean, findMismatches, type Mismatch } from '@edgeloop/protocol';
import type { TSchema } from 'typebox';
import { Convert } from 'typebox/value';
import { ControlPlaneError } from '../errors.ts';
import { CLASS_NAME } from '../labels/class-name.ts';
import { INSTANT } from '../resources/instant.ts';

/** Patterns of requests alone, in words. */
const WORDS: readonly (readonly [string, string])[] = [
  [` and matching ${CLASS_NAME}`, ', without slashes, and with no dot or space first or last'],
  [`a text matching ${INSTANT}`, 'a time such as 2026-11-24T00:22:22Z'],
];

/** Parts of a request, as whoever made it knows them. */
const PARTS: Readonly<Record<string, string>> = {
  querystring: 'In the query',
  params: 'In the path',
};

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
  const where = PARTS[part] ?? `In the ${part}`;
  if (mismatch.expected !== null) {
    let text = describeMismatch(mismatch);
    for (const [pattern, words] of WORDS) text = text.replaceAll(pattern, words);
    return `${where}: ${text}`;
  }
  const known = mismatch.knownKeys ?? [];
  return `${where}: unknown parameter ${mismatch.path}.${didYouMean(mismatch.path, known)} Expected one of ${known.join(', ')}.`;
}
