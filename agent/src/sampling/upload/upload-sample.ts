import { createHash } from 'node:crypto';
import type { EpochMillis, Millis, SampleRecord } from '@edgeloop/protocol';
import type { Pacer } from '../../server/pacer.ts';
import type { Answer, ServerClient } from '../../server/server-client.ts';
import { judgeAnswer, type Step } from './judge-answer.ts';

/** How one try to upload a sample ended. */
export type UploadOutcome =
  | { readonly kind: 'uploaded' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** Its file is not what its name says, or gone. */
  | { readonly kind: 'damaged' }
  | { readonly kind: 'unauthorized'; readonly reason: string }
  | {
      readonly kind: 'later';
      /** Null: as long as backoff says. */
      readonly wait: Millis | null;
      readonly reason: string;
      /** It is this sample that is held up, as the server answered: another may go all the same. */
      readonly alone: boolean;
      /** More of the picture is there than before this try. */
      readonly progressed: boolean;
    };

export interface UploadOptions {
  readonly client: Pick<ServerClient, 'send'>;
  readonly pacer: Pacer;
  readonly now: () => EpochMillis;
  readonly signal: AbortSignal;
}

const SAMPLES_PATH = '/api/device/samples';
/** Requests of one try that brought the upload no further; then it is tried later. */
const MAX_IDLE_STEPS = 6;

/**
 * Brings one sample to the server, from where an earlier try ended. Safe to repeat at any point.
 * @param picture Null: its file is gone.
 */
export async function uploadSample(
  record: SampleRecord,
  picture: Uint8Array | null,
  options: UploadOptions,
): Promise<UploadOutcome> {
  if (!picture || sha256(picture) !== record.sha256) return { kind: 'damaged' };
  let step: Step = { kind: 'begin' };
  let first: number | null = null;
  let furthest = 0;
  const later = (reason: string, alone: boolean, wait: Millis | null = null): UploadOutcome => {
    const progressed = first !== null && furthest > first;
    return { kind: 'later', wait, reason, alone, progressed };
  };
  for (let idle = 0; idle < MAX_IDLE_STEPS; ) {
    let answer: Answer;
    try {
      answer = await send(step, record, picture, options);
    } catch (error) {
      return later(`no answer from the server: ${(error as Error).message}`, false);
    }
    const verdict = judgeAnswer(step, picture.length, answer, options.now());
    if (verdict.kind === 'complete') return { kind: 'uploaded' };
    if (verdict.kind === 'later') return later(verdict.reason, true, verdict.wait);
    if (verdict.kind !== 'next') return verdict;
    step = verdict.step;
    const offset = step.kind === 'append' ? step.offset : 0;
    first ??= offset;
    if (offset > furthest) furthest = offset;
    else idle += 1;
  }
  return later('the upload came no further', true);
}

function send(
  step: Step,
  record: SampleRecord,
  picture: Uint8Array,
  { client, pacer, signal }: UploadOptions,
): Promise<Answer> {
  switch (step.kind) {
    case 'begin': {
      const body = Buffer.from(JSON.stringify(record));
      const headers = { 'content-type': 'application/json', 'content-length': body.length };
      const bytes = pacer.slices(body, signal);
      return client.send({ method: 'POST', path: SAMPLES_PATH, headers, body: bytes, signal });
    }
    case 'find':
      return client.send({ method: 'HEAD', path: step.upload, headers: TUS, signal });
    case 'append': {
      const rest = picture.subarray(step.offset);
      const headers = {
        ...TUS,
        'content-type': 'application/offset+octet-stream',
        'content-length': rest.length,
        'upload-offset': step.offset,
      };
      const body = pacer.slices(rest, signal);
      return client.send({ method: 'PATCH', path: step.upload, headers, body, signal });
    }
  }
}

const TUS = { 'tus-resumable': '1.0.0' };

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
