import type { Sha256 } from '@edgeloop/protocol';
import { ControlPlaneError } from '../../errors.ts';
import type { ModelPage } from '../../resources/model.ts';
import type { ApiClient } from '../client/api-client.ts';

const WHOLE = /^[0-9a-f]{64}$/;
const BEGINNING = /^[0-9a-f]{8,63}$/;
/** Candidates that are named. */
const NAMED = 5;

/**
 * The digest of a model of the registry, which may be given by its first digits as long as no other
 * begins with them.
 * @throws ControlPlaneError `OPTION_INVALID` for what is no digest, no model's, or that of several
 */
export async function resolveDigest(client: ApiClient, text: string): Promise<Sha256> {
  if (WHOLE.test(text)) return text as Sha256;
  if (!BEGINNING.test(text)) {
    throw invalid(`64 hexadecimal digits, or at least the first 8 of them`, text);
  }
  const query = { digest: text, limit: NAMED + 1 };
  const { models } = await client.askJson<ModelPage>('GET /api/models', { query });
  const [first, second] = models;
  if (!first) throw invalid(`a model of the registry (edgeloop models list names them)`, text);
  if (!second) return first.digest;
  const lines = models.slice(0, NAMED).map(({ digest, name }) => `\n  ${digest}  ${name}`);
  const more = models.length > NAMED ? '\n  …' : '';
  throw invalid('more digits, since several models begin with these', text, lines.join('') + more);
}

function invalid(expected: string, text: string, candidates = ''): ControlPlaneError {
  const message = `Expected ${expected} for the digest, received ${text}.${candidates}`;
  return new ControlPlaneError('OPTION_INVALID', message);
}
