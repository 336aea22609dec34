import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type Millis, seconds } from '@edgeloop/protocol';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { toProblem } from './problem.ts';

/** Proxies take a minute of silence for a server that hangs. */
const EVERY = seconds(20);

/**
 * Answers work that may take hours. What is done soon, or refused soon, is answered as ever. Else
 * the answer begins with 200 and white space, which goes on until the work is done; a refusal that
 * is found so late is a problem in the place of the result, and from then on the reply's status.
 */
export async function answerPatiently<Result>(
  work: Promise<Result>,
  reply: FastifyReply,
  { log, every = EVERY }: { readonly log: Logger; readonly every?: Millis },
): Promise<Result | PatientAnswer> {
  const soon = await Promise.race([
    work.then((result) => ({ result })),
    delay(every, null, { ref: false }),
  ]);
  if (soon) return soon.result;
  const refuse = (error: Error): string => {
    const problem = toProblem(error, reply.request);
    if (problem.status >= 500) {
      log.error({ url: reply.request.url, error: error.message }, 'request failed');
    }
    // Too late for who asked: for the audit log and the metrics.
    void reply.code(problem.status);
    return JSON.stringify(problem);
  };
  // A proxy passes it on as it comes.
  void reply.type('application/json; charset=utf-8').header('x-accel-buffering', 'no');
  return new PatientAnswer(
    work.then((result) => JSON.stringify(result)),
    { every, refuse },
  );
}

/** White space until the work is done, then what became of it. */
export class PatientAnswer extends Readable {
  readonly #every: Millis;
  readonly #refuse: (error: Error) => string;
  #text: Promise<string>;
  #begun = false;

  constructor(
    text: Promise<string>,
    { every, refuse }: { readonly every: Millis; readonly refuse: (error: Error) => string },
  ) {
    super();
    this.#every = every;
    this.#refuse = refuse;
    this.#text = text.catch(refuse);
  }

  /**
   * Before the end is told, and also where nobody listens any more. What it throws becomes the end.
   */
  whenDone(act: () => Promise<void>): void {
    const told = this.#text.then(async (text) => {
      await act();
      return text;
    });
    this.#text = told.catch(this.#refuse);
  }

  override async _read(): Promise<void> {
    const done = this.#begun
      ? await Promise.race([this.#text, delay(this.#every, null, { ref: false })])
      : null;
    this.#begun = true;
    this.push(done ?? '\n');
    if (done !== null) this.push(null);
  }
}
