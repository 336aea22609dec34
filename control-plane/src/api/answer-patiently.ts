import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type Millis, seconds } from '@edgeloop/protocol';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { toProblem } from './problem.ts';

/** Proxies take a minute of silence for a server that hangs. */
const EVERY = seconds(20);

/**
 * Answers work that may take hours. What is done soon, or refused soon, is answered as ever. Else the answer begins with 200 and
 * white space, which goes on until the work is done; a refusal that is found so late is a problem in the place of the result.
 */
export async function answerPatiently<Result>(
  work: Promise<Result>,
  reply: FastifyReply,
  { log, every = EVERY }: { readonly log: Logger; readonly every?: Millis },
): Promise<Result | Readable> {
  const soon = await Promise.race([
    work.then((result) => ({ result })),
    delay(every, null, { ref: false }),
  ]);
  if (soon) return soon.result;
  const text = work.then(
    (result) => JSON.stringify(result),
    (error: Error) => {
      const problem = toProblem(error);
      if (problem.status >= 500) {
        log.error({ url: reply.request.url, error: error.message }, 'request failed');
      }
      return JSON.stringify(problem);
    },
  );
  // A proxy passes it on as it comes.
  void reply.type('application/json; charset=utf-8').header('x-accel-buffering', 'no');
  return Readable.from(waiting(text, every));
}

async function* waiting(text: Promise<string>, every: Millis): AsyncIterable<string> {
  for (let done: string | null = null; done === null; ) {
    yield '\n';
    done = await Promise.race([text, delay(every, null, { ref: false })]);
    if (done !== null) yield done;
  }
}
