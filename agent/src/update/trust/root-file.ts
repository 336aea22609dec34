import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '@edgeloop/disk';
import { canonicalJson, SignedRoot } from '@edgeloop/protocol';
import { acceptRoot, checkFirstRoot, parseRoot } from '@edgeloop/signing';
import Type, { type Static } from 'typebox';
import { Check } from 'typebox/value';
import { AgentError } from '../../errors.ts';
import { readAgain } from '../../state/read-failure.ts';
import { isUnread, unreadFile } from '../../state/unread-file.ts';

const FILE = 'root.json';

/** `first`: what trust began with; `current`: what it has been followed to since. */
const Trust = Type.Object({ first: SignedRoot, current: SignedRoot });
export type Trust = Static<typeof Trust>;

/**
 * What this device trusts; null: nothing yet.
 * @throws AgentError `STATE_UNUSABLE` for a damaged file, or one that can't be read (`isUnread`):
 * trust never begins anew by itself
 */
export async function readTrust(state: string): Promise<Trust | null> {
  const path = join(state, FILE);
  try {
    const value: unknown = JSON.parse(await readAgain(() => readFile(path, 'utf8')));
    if (!Check(Trust, value)) throw new Error('it is no root');
    checkFirstRoot(value.current);
    return value;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    if (isUnread(cause)) throw unreadFile(path, cause as Error);
    const message = `Expected the root that this device trusts in ${path}: ${(cause as Error).message}. Remove the file, and say whom to trust: edgeloop-agent rotate, or trust.root in agent.yaml.`;
    throw new AgentError('STATE_UNUSABLE', message, { cause });
  }
}

/** Whole, or the old one stays. @throws Error of the file system */
export function writeTrust(state: string, trust: Trust): Promise<void> {
  return writeDurably(join(state, FILE), `${JSON.stringify(trust, null, 2)}\n`);
}

/**
 * Begins to trust a root, where there is none yet. What is trusted already is never replaced so.
 * @returns what is trusted now; `other`: the offered root is certainly not one of its versions
 * @throws SigningError for a root that is none; AgentError `STATE_UNUSABLE`; Error of the file
 * system
 */
export async function adoptRoot(
  state: string,
  offered: SignedRoot,
): Promise<{ readonly trust: Trust; readonly other: boolean }> {
  const trust = await readTrust(state);
  if (trust) return { trust, other: isOther(trust, offered) };
  checkFirstRoot(offered);
  const begun = { first: offered, current: offered };
  await writeTrust(state, begun);
  return { trust: begun, other: false };
}

/** The next of the current one can be told; of versions further away nothing is known. */
function isOther({ first, current }: Trust, offered: SignedRoot): boolean {
  if (offered.signed.version === current.signed.version + 1) return !follows(current, offered);
  const same = [first, current].find(({ signed }) => signed.version === offered.signed.version);
  return same !== undefined && canonicalJson(same.signed) !== canonicalJson(offered.signed);
}

function follows({ signed }: SignedRoot, next: SignedRoot): boolean {
  try {
    acceptRoot(signed, [next], Number.NEGATIVE_INFINITY);
    return true;
  } catch {
    return false;
  }
}

/**
 * A file that a person names, such as `root-1.json` of `edgeloop keys`.
 * @throws AgentError `CONFIG_INVALID`, SigningError
 */
export async function readGivenRoot(path: string): Promise<SignedRoot> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    const message = `Expected root keys in ${path}, which trust.root names: ${cause.message}.`;
    throw new AgentError('CONFIG_INVALID', message, { cause });
  });
  const root = parseRoot(text, path);
  checkFirstRoot(root);
  return root;
}
