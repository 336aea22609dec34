import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { seededRandom } from '@edgeloop/protocol';
import type { Test } from 'tap';

const random = seededRandom(1);
export const content = Buffer.from(
  Array.from({ length: 300_000 }, () => Math.floor(random.between(0, 256))),
);
export const digest = createHash('sha256').update(content).digest('hex');
export const half = content.length / 2;

/** It goes on: not from 0. */
export const RANGE = /^bytes=[1-9]\d*-$/;

/**
 * What a client has not taken when the connection goes is lost to it: time for a busy machine, in
 * ms.
 */
const TIME_TO_READ = 200;

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that answers each request by the next of these, and then by the last. */
export async function serve(t: Test, ...answers: readonly Answer[]) {
  const requests: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    requests.push(request.headers);
    answer?.(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/weights.pth`,
    requests,
  };
}

/** As a server should: ranges, if it is still the same file. */
export const proper =
  (bytes: Buffer, etag = '"one"'): Answer =>
  ({ headers }, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const goesOn = headers['if-range'] === etag && from > 0;
    if (goesOn && from >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
      return;
    }
    const part = goesOn ? bytes.subarray(from) : bytes;
    response.writeHead(goesOn ? 206 : 200, {
      etag,
      'content-length': part.length,
      ...(goesOn && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    response.end(part);
  };
/** Half of the file, and then the connection is gone, when the client had time to read it. */
export const cut =
  (etag: string | undefined = '"one"'): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-length': content.length, ...(etag && { etag }) });
    response.write(content.subarray(0, half), () =>
      setTimeout(() => response.destroy(), TIME_TO_READ),
    );
  };
/** No more than a sip at a time: each attempt brings a little. */
export const sips: Answer = ({ headers }, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200, {
    etag: '"one"',
    'content-length': content.length - from,
    'content-range': `bytes ${from}-${content.length - 1}/${content.length}`,
  });
  const sip = content.subarray(from, from + 40_000);
  response.write(sip, () => setTimeout(() => response.destroy(), TIME_TO_READ));
};
export const status =
  (code: number): Answer =>
  (_request, response) =>
    response.writeHead(code).end();
export const ignoresRanges: Answer = (_request, response) => response.end(content);
export const silence: Answer = () => {};
