import { untilAny } from '@edgeloop/daemon';
import { type EpochMillis, type Millis, millis } from '@edgeloop/protocol';
import { parseRetryAfter } from '../server/retry-after.ts';
import type { Answer, ServerClient } from '../server/server-client.ts';

/** How one try to send a picture ended. */
export type SendOutcome =
  | { readonly kind: 'sent' }
  /** This one will never be taken. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The credential is not, or no longer, good. */
  | { readonly kind: 'unauthorized'; readonly reason: string }
  /** `wait` null: as long as backoff says. */
  | { readonly kind: 'later'; readonly wait: Millis | null; readonly reason: string };

/** A server that does not know pictures yet may learn it. */
const UNKNOWN_THERE = millis(3_600_000);
/** Longer than any picture should take: then the uplink is too slow for them. */
const LONGEST = millis(20_000);

/** Brings one picture to the server, whole: it is small, and the next comes soon. */
export async function sendPicture(
  client: Pick<ServerClient, 'send'>,
  path: string,
  content: Uint8Array,
  { now, signal }: { readonly now: () => EpochMillis; readonly signal: AbortSignal },
): Promise<SendOutcome> {
  try {
    const answer = await untilAny([signal, LONGEST], (either) =>
      client.send({
        method: 'PUT',
        path,
        signal: either,
        headers: { 'content-type': 'image/jpeg', 'content-length': content.length },
        body: once(content),
      }),
    );
    return judge(answer, now());
  } catch (error) {
    return { kind: 'later', wait: null, reason: `no answer: ${(error as Error).message}` };
  }
}

export function judge({ status, headers }: Answer, now: EpochMillis): SendOutcome {
  const reason = `the server answered ${status}`;
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (status === 401 || status === 403) return { kind: 'unauthorized', reason };
  if (status === 404 || status === 405) return { kind: 'later', wait: UNKNOWN_THERE, reason };
  const wait = parseRetryAfter(headers['retry-after'], now);
  if (status === 429 || status >= 500) return { kind: 'later', wait, reason };
  return { kind: 'refused', reason };
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
