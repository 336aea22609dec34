import { Problem, problemOf, unreachable } from './problem.ts';

export interface RequestOptions {
  /** Sent as JSON; a Blob as it is. */
  readonly body?: unknown;
  /** Changes go through only where the resource is as it was seen: its ETag. */
  readonly ifMatch?: string | null;
  /** The same change may be sent again after a lost answer. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /**
   * Of another method than GET: it only asks, as a preview does. Without an answer nothing was
   * done.
   */
  readonly changesNothing?: boolean;
}

/** An answer with what a later change needs to refer to it. */
export interface Answer<Body> {
  readonly body: Body;
  readonly etag: string | null;
  /** HTTP status: 201 of what was not there before. */
  readonly status: number;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const SAFE = new Set<Method>(['GET']);
const LOGIN = '/api/session';
const CSRF_HEADER = 'x-edgeloop-csrf';

let csrf: string | null = null;
/** How often that has changed: with the session. */
let sessions = 0;
let whenSignedOut: () => void = () => {};

/** What the session says to put on changes; null: no session. */
export function useCsrf(value: string | null): void {
  if (value !== csrf) sessions += 1;
  csrf = value;
}

/** Called when an answer says that nobody is signed in. */
export function onSignedOut(listener: () => void): void {
  whenSignedOut = listener;
}

/** @throws Problem of any answer that is not a success, or of none */
export async function ask<Body>(
  method: Method,
  path: string,
  asked: RequestOptions = {},
): Promise<Answer<Body>> {
  const { body, ifMatch, idempotencyKey, signal, changesNothing = false } = asked;
  const headers = new Headers({ accept: 'application/json' });
  if (body !== undefined && !(body instanceof Blob))
    headers.set('content-type', 'application/json');
  if (ifMatch) headers.set('if-match', ifMatch);
  if (idempotencyKey) headers.set('idempotency-key', idempotencyKey);
  if (csrf !== null && !SAFE.has(method)) headers.set(CSRF_HEADER, csrf);
  const askedIn = sessions;
  const payload = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
  const noAnswer = (error: Error): never => {
    throw error.name === 'AbortError' ? error : unreachable(!SAFE.has(method) && !changesNothing);
  };
  const response = await fetch(path, {
    method,
    headers,
    credentials: 'same-origin',
    ...(payload !== undefined && { body: payload }),
    ...(signal && { signal }),
  }).catch(noAnswer);
  if (!response.ok) {
    const problem = await problemOf(response);
    // A login that is refused says nothing of who is logged in, nor does what was asked in a
    // session before.
    if (problem.status === 401 && path.split('?')[0] !== LOGIN && askedIn === sessions)
      whenSignedOut();
    throw problem;
  }
  const json = response.headers.get('content-type')?.includes('json') ?? false;
  // One that breaks off is none.
  const content =
    response.status === 204
      ? null
      : await (json ? response.json() : response.text()).catch(noAnswer);
  return {
    body: content as Body,
    etag: response.headers.get('etag'),
    status: response.status,
  };
}

const body = async <Body>(asking: Promise<Answer<Body>>): Promise<Body> => (await asking).body;

/** Each gives the answer's body. @throws Problem */
export const api = {
  get: <Body>(path: string, signal?: AbortSignal) =>
    body(ask<Body>('GET', path, signal ? { signal } : {})),
  post: <Body>(path: string, content?: unknown, asked: RequestOptions = {}) =>
    body(ask<Body>('POST', path, { ...asked, body: content })),
  put: <Body>(path: string, content: unknown, asked: RequestOptions = {}) =>
    body(ask<Body>('PUT', path, { ...asked, body: content })),
  patch: <Body>(path: string, content: unknown, asked: RequestOptions = {}) =>
    body(ask<Body>('PATCH', path, { ...asked, body: content })),
  delete: <Body>(path: string, asked: RequestOptions = {}) =>
    body(ask<Body>('DELETE', path, asked)),
};

export const isProblem = (error: unknown, code: string): boolean =>
  error instanceof Problem && error.code === code;
