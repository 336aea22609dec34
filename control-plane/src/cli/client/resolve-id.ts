import { ControlPlaneError } from '../../errors.ts';
import type { ApiClient } from './api-client.ts';

/** What an argument takes that an id may be shortened for. */
export const OF_ID = 'its id; the first characters will do, at least 6';

/** An id that is a UUID. */
export const UUID_FORM = {
  form: 'a lower-case UUID',
  whole: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  beginning: /^[0-9a-f-]{6,35}$/,
} as const;

/** Candidates that are named. */
const NAMED = 5;

interface Candidate<Id> {
  readonly id: Id;
  /** By what a person knows it: a name, a task. */
  readonly about: string;
}

/** Things of the server that have ids which nobody types. */
export interface IdKind<Id extends string> {
  /** `a rollout` */
  readonly one: string;
  /** `64 hexadecimal digits`: what an id is. */
  readonly form: string;
  readonly whole: RegExp;
  /** What an id may begin with, six characters or more. */
  readonly beginning: RegExp;
  /** The command that lists them. */
  readonly list: string;
  /** Those whose ids begin so, at most `limit`. */
  readonly find: (
    api: ApiClient,
    beginning: string,
    limit: number,
  ) => Promise<readonly Candidate<Id>[]>;
}

/**
 * An id, which may be given by how it begins as long as no other begins so.
 * @throws ControlPlaneError `OPTION_INVALID` for what is no id, or begins several; `NOT_FOUND`
 */
export async function resolveId<Id extends string>(
  api: ApiClient,
  { one, form, whole, beginning, list, find }: IdKind<Id>,
  text: string,
): Promise<Id> {
  if (whole.test(text)) return text as Id;
  if (!beginning.test(text)) {
    const message = `Expected ${form} for ${one}, or at least the first 6 characters, received ${text}.`;
    throw new ControlPlaneError('OPTION_INVALID', message);
  }
  const candidates = await find(api, text, NAMED + 1);
  const [first, second] = candidates;
  if (!first) {
    const message = `Expected how the id of ${one} begins, received ${text}: there is none. ${list} names them.`;
    throw new ControlPlaneError('NOT_FOUND', message);
  }
  if (!second) return first.id;
  const lines = candidates.slice(0, NAMED).map(({ id, about }) => `\n  ${id}  ${about}`);
  const more = candidates.length > NAMED ? '\n  …' : '';
  const message = `Expected how the id of ${one} alone begins, received ${text}, as several do:${lines.join('')}${more}`;
  throw new ControlPlaneError('OPTION_INVALID', message);
}
