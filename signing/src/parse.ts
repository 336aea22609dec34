import { explainMismatch, parseJson, Signature, SignedRoot } from '@edgeloop/protocol';
import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { SigningError } from './errors.ts';

/** `manifest.sig.json`. @throws SigningError `SIGNATURE_WRONG` */
export function parseSignature(text: string, origin: string): Signature {
  return parse(Signature, text, `a signature in ${origin}`, 'SIGNATURE_WRONG');
}

/**
 * `root-N.json`: its shape alone; `acceptRoot` says whether it counts.
 * @throws SigningError `ROOT_INVALID`
 */
export function parseRoot(text: string, origin: string): SignedRoot {
  return parse(SignedRoot, text, `a root in ${origin}`, 'ROOT_INVALID');
}

function parse<Schema extends TSchema>(
  schema: Schema,
  text: string,
  what: string,
  code: SigningError['code'],
): Static<Schema> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw new SigningError(
      code,
      `Expected ${what}, received no JSON: ${(cause as Error).message}. Was the file damaged?`,
      { cause },
    );
  }
  if (Check(schema, value)) return value as Static<Schema>;
  throw new SigningError(code, `Expected ${what}: ${explainMismatch(schema, value)}`);
}
