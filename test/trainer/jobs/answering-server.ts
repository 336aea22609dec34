import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';
import { ControlPlaneClient } from '../../../trainer/src/jobs/control-plane-client.ts';

type Answer = (
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
) => void | Promise<void>;

/** A real server with answers of the test's, and a client that asks it. */
export async function answeringServer(
  t: Pick<Test, 'teardown'>,
  answer: Answer,
): Promise<ControlPlaneClient> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    await answer(request, response, body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return new ControlPlaneClient({
    server: new URL(`http://127.0.0.1:${port}`),
    token: 'elt_x',
    version: '1',
  });
}

export function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
