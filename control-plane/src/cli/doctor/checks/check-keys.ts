import { type Finding, ok, problem, warning } from '@edgeloop/findings';
import type { SignedRoot } from '@edgeloop/protocol';
import type { ApiClient } from '../../client/api-client.ts';

const DAY = 86_400_000;
/** A root must reach every device before the one before it ends. */
const SOON = 60 * DAY;
const MEND = 'edgeloop keys rotate FOLDER, with the private root key in it';

/** Whether the newest root holds for long enough. */
export async function checkKeys(api: ApiClient, now: number): Promise<Finding> {
  const { roots } = await api.askJson<{ readonly roots: readonly SignedRoot[] }>(
    'GET /api/keys/roots',
  );
  const newest = roots.at(-1)?.signed;
  if (!newest) return problem('keys', 'the server has no root', 'edgeloop keys create FOLDER');
  const left = Date.parse(newest.expires) - now;
  const what = `root version ${newest.version} holds until ${newest.expires.slice(0, 10)}`;
  if (left <= 0) return problem('keys', `${what}: devices take no model any more`, MEND);
  return left < SOON ? warning('keys', what, MEND) : ok('keys', what);
}
