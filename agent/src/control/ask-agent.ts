import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Millis } from '@edgeloop/protocol';
import { AgentError } from '../errors.ts';
import { type ControlRequest, socketPath } from './control-socket.ts';

/** What the agent answered; null: none runs on this state. */
export type Answer<Value> = { readonly value: Value } | null;

interface Asking extends Partial<ControlRequest> {
  /** Without a word for so long it is asked no more; absent: it may take as long as it takes. */
  readonly patience?: Millis;
}

/**
 * Asks the agent that runs on a state.
 * @throws AgentError `HEAD_REFUSED` with what the agent said
 */
export async function askAgent<Value>(
  state: string,
  path: string,
  { options = {}, body = new Uint8Array(), patience }: Asking = {},
): Promise<Answer<Value>> {
  const where = `${path}?${new URLSearchParams(options)}`;
  const answer = await post(socketPath(state), where, body, patience);
  if (!answer) return null;
  const value = JSON.parse(answer.text) as Value & { message?: string };
  if (answer.status === 200) return { value };
  throw new AgentError('HEAD_REFUSED', value.message ?? answer.text);
}

function post(
  socket: string,
  path: string,
  body: Uint8Array,
  patience: Millis | undefined,
): Promise<{ status: number; text: string } | null> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath: socket, path, method: 'POST' }, (response) => {
      const status = response.statusCode ?? 0;
      text(response).then((all) => resolve({ status, text: all }), reject);
    });
    if (patience !== undefined) {
      asking.setTimeout(patience, () =>
        asking.destroy(new Error(`no word within ${patience / 1000} s`)),
      );
    }
    asking.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(null);
      else {
        const message = `Expected an answer of the agent at ${socket}: ${error.message}. Run this as the agent's user, or look at its log.`;
        reject(new AgentError('HEAD_REFUSED', message, { cause: error }));
      }
    });
    asking.end(body);
  });
}
