import { type EpochMillis, type Millis, SampleUpload } from '@edgeloop/protocol';
import { Check } from 'typebox/value';
import { parseRetryAfter } from '../../server/retry-after.ts';
import type { Answer } from '../../server/server-client.ts';

/** The requests of an upload: begin (POST), find where it stands (HEAD), append (PATCH). */
export type Step =
  | { readonly kind: 'begin' }
  | { readonly kind: 'find'; readonly upload: string }
  | { readonly kind: 'append'; readonly upload: string; readonly offset: number };

/** What follows from an answer: the next request, or the end. */
export type Verdict =
  | { readonly kind: 'next'; readonly step: Step }
  | { readonly kind: 'complete' }
  /** For good: this sample will never be taken. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The credential is not, or no longer, good. */
  | { readonly kind: 'unauthorized'; readonly reason: string }
  /** `wait` null: as long as backoff says. */
  | { readonly kind: 'later'; readonly wait: Millis | null; readonly reason: string };

/**
 * The core of tus 1.0 from the client's side (https://tus.io/protocols/resumable-upload), begun by
 * a record.
 * @param size Bytes of the whole picture.
 */
export function judgeAnswer(step: Step, size: number, answer: Answer, now: EpochMillis): Verdict {
  const { status } = answer;
  if (status >= 200 && status < 300) return judgeSuccess(step, size, answer);
  const wait = parseRetryAfter(answer.headers['retry-after'], now);
  const problem = parseProblem(answer.body);
  const reason = `the server answered ${status}${problem.detail ? `: ${problem.detail}` : ''}`;
  const later: Verdict = { kind: 'later', wait, reason };
  const begin: Verdict = { kind: 'next', step: { kind: 'begin' } };
  switch (status) {
    case 401:
    case 403:
      return { kind: 'unauthorized', reason };
    case 404:
    case 410:
      // An upload that is gone begins anew; a server that knows no uploads may learn it.
      return step.kind === 'begin' ? later : begin;
    case 409:
      return step.kind === 'append'
        ? { kind: 'next', step: { kind: 'find', upload: step.upload } }
        : later;
    case 413:
      return wait === null ? { kind: 'refused', reason } : later;
    case 422:
      return problem.code === 'DIGEST_MISMATCH' ? begin : { kind: 'refused', reason };
    case 400:
    case 415:
      return { kind: 'refused', reason };
    default:
      return later;
  }
}

function judgeSuccess(step: Step, size: number, answer: Answer): Verdict {
  if (step.kind === 'begin') {
    const begun = parseJson(answer.body);
    if (!Check(SampleUpload, begun)) return unexpected(answer, 'where to upload to');
    if ('complete' in begun) return { kind: 'complete' };
    return append(begun.upload, begun.offset, size, answer);
  }
  const header = answer.headers['upload-offset'];
  if (typeof header !== 'string' || !/^\d{1,15}$/.test(header)) {
    return unexpected(answer, 'Upload-Offset');
  }
  const offset = Number(header);
  if (step.kind === 'append' && offset === size) return { kind: 'complete' };
  return append(step.upload, offset, size, answer);
}

function append(upload: string, offset: number, size: number, answer: Answer): Verdict {
  if (offset > size) return unexpected(answer, `an offset of at most ${size}`);
  return { kind: 'next', step: { kind: 'append', upload, offset } };
}

function unexpected({ status }: Answer, expected: string): Verdict {
  const reason = `expected ${expected}, the server answered ${status} without. Does server.url name an Edgeloop server?`;
  return { kind: 'later', wait: null, reason };
}

/** Characters of what a server says is wrong: the longest of ours, which ends with what to do. */
const MAX_DETAIL = 400;

/** Of `application/problem+json`, where it is such. */
function parseProblem(body: string): { code?: string; detail?: string } {
  const value = parseJson(body);
  if (typeof value !== 'object' || value === null) return {};
  const { code, detail } = value as Record<string, unknown>;
  return {
    ...(typeof code === 'string' && { code }),
    ...(typeof detail === 'string' && { detail: detail.slice(0, MAX_DETAIL) }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
