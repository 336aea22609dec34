import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { startWorker } from '@edgeloop/worker-thread';
import {
  CONNECTION_LOST,
  type PostgresAnswer,
  type PostgresCall,
  type PostgresLine,
  type PostgresResult,
} from './postgres-calls.ts';

/** More than the thread's own patience for one statement: after that it hangs. */
const PATIENCE = 120_000;

let line: PostgresLine | null = null;

/**
 * Asks PostgreSQL and blocks until it has answered: for threads that do nothing else. The client for it speaks from a thread of its own,
 * one for all connections of the thread that asks.
 * @throws Error with the server's code (SQLSTATE) or `CONNECTION_LOST` as `code`
 */
export function callPostgres(call: PostgresCall): readonly PostgresResult[] {
  line ??= openLine();
  const { port, signal } = line;
  Atomics.store(signal, 0, 0);
  port.postMessage(call);
  if (Atomics.wait(signal, 0, 0, PATIENCE) === 'timed-out') {
    line = null;
    throw failureOf(CONNECTION_LOST, `PostgreSQL did not answer within ${PATIENCE / 1000} s`);
  }
  const answer = receiveMessageOnPort(port)?.message as PostgresAnswer;
  if ('results' in answer) return answer.results;
  throw failureOf(answer.failure.code, answer.failure.message);
}

function openLine(): PostgresLine {
  const worker = startWorker({
    module: new URL('../postgres-worker', import.meta.url),
    fromSource: import.meta.url.endsWith('.ts'),
    workerData: null,
  });
  worker.unref();
  const { port1, port2 } = new MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  worker.postMessage({ port: port2, signal } satisfies PostgresLine, [port2]);
  return { port: port1, signal };
}

const failureOf = (code: string, message: string) => Object.assign(new Error(message), { code });
