import { parseJson, SignedRoot } from '@edgeloop/protocol';
import Type from 'typebox';
import { Check } from 'typebox/value';
import type { Retrieval } from '../fetch/retrieval.ts';
import { UpdateError } from '../update-error.ts';

const RootPage = Type.Object({ roots: Type.Array(SignedRoot) });
/** Eight of the largest roots that the schema allows fit twice. */
const LONGEST_PAGE = 512 * 1024;

/**
 * The versions that follow on one, as many as the server gives at once; nothing is believed of them
 * yet.
 * @throws UpdateError `ROOT_REFUSED`, `SERVER_…`, `TOO_SLOW`
 */
export async function fetchRoots(retrieval: Retrieval, after: number): Promise<SignedRoot[]> {
  const answer = await retrieval.small(`/api/device/roots?after=${after}`, LONGEST_PAGE);
  const page = parsePage(answer.toString('utf8'));
  if (Check(RootPage, page)) return page.roots;
  const message = `Expected the roots after version ${after} from the server, received something else. Does server.url name an Edgeloop server?`;
  throw new UpdateError('ROOT_REFUSED', message, { retry: true });
}

function parsePage(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}
