import { MessageChannel, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import { startWorker } from '@edgeloop/worker-thread';
import { answersOf, createAnswerSignal, waitForAnswer } from './answer-signal.ts';
import {
  CONNECTION_LOST,
  type PostgresAnswer,
  type PostgresCall,
  type PostgresLine,
  type PostgresResult,
} from './postgres-calls.ts';

/** More than the thread's own patience for one statement: after that it hangs. */
const PATIENCE = 120_000;

let line: (PostgresLine & { readonly worker: Worker }) | null = null;

/**
 * Asks PostgreSQL and blocks until it has answered: for threads that do nothing else. The client
 * for it speaks from a thread of its own, one for all connections of the thread that asks.
 * @throws Error with the server's code (SQLSTATE) or `CONNECTION_LOST` as `code`
 */
export function callPostgres(call: PostgresCall): readonly PostgresResult[] {
  line ??= openLine();
  const { port, signal, worker } = line;
  const before = answersOf(signal);
  port.postMessage(call);
  const patience = call.also === 'migrate' ? Number.POSITIVE_INFINITY : PATIENCE;
  if (!waitForAnswer(signal, before, patience)) {
    line = null;
    // With its connections: one that has begun to write would keep all others from it.
    void worker.terminate();
    throw failureOf(CONNECTION_LOST, `PostgreSQL did not answer within ${PATIENCE / 1000} s`);
  }
  const answer = receiveMessageOnPort(port)?.message as PostgresAnswer;
  if ('results' in answer) return answer.results;
  throw failureOf(answer.failure.code, answer.failure.message);
}

function openLine(): NonNullable<typeof line> {
  const worker = startWorker({
    module: new URL('../postgres-worker', import.meta.url),
    fromSource: import.meta.url.endsWith('.ts'),
    workerData: null,
  });
  worker.unref();
  const { port1, port2 } = new MessageChannel();
  const signal = createAnswerSignal();
  worker.postMessage({ port: port2, signal } satisfies PostgresLine, [port2]);
  return { port: port1, signal, worker };
}

const failureOf = (code: string, message: string) => Object.assign(new Error(message), { code });
