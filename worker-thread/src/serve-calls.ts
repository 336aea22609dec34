import { parentPort } from 'node:worker_threads';
import type { AnswerMessage, CallMessage, Calls } from './calls.ts';
import { CLOSE } from './calls.ts';

type Handlers<Served extends Calls> = {
  readonly [Name in keyof Served]: (request: Served[Name]['request']) => Served[Name]['response'];
};

/** The thread's side of `WorkerThread`: answers calls one after another, in order. */
export function serveCalls<Served extends Calls>(
  handlers: Handlers<Served>,
  close: () => void,
): void {
  parentPort?.on('message', (message: CallMessage | typeof CLOSE) => {
    if (message !== CLOSE) {
      parentPort?.postMessage(answer(handlers, message));
      return;
    }
    try {
      close();
    } finally {
      parentPort?.close();
    }
  });
}

function answer<Served extends Calls>(
  handlers: Handlers<Served>,
  { id, name, request }: CallMessage,
): AnswerMessage {
  try {
    return { id, response: handlers[name]?.(request) };
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    return { id, failure: { code: String(code), message } };
  }
}
