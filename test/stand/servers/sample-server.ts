import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SampleRecord } from '@edgeloop/protocol';
import { Check } from 'typebox/value';

const PATH = '/api/device/samples';

/** A request as it came, and how much of its body did. */
export interface SampleRequest {
  readonly method: string;
  readonly path: string;
  readonly offset: number | null;
  received: number;
}

interface Upload {
  readonly record: SampleRecord;
  bytes: Buffer;
  complete: boolean;
}

/** Answers a request instead of the server; false: the server is to answer. */
export type Intercept = (
  request: IncomingMessage,
  response: ServerResponse,
) => boolean | Promise<boolean>;

/**
 * The server's half of docs/samples.md: takes records, appends what comes, checks digests. It can
 * be told to cut connections in the middle, to answer otherwise, and to be killed and come back
 * with what it had.
 */
export class SampleServer {
  readonly uploads = new Map<string, Upload>();
  readonly asked: SampleRequest[] = [];
  /** `device:password` that it knows. */
  credential = 'pi-1:secret';
  intercept: Intercept = () => false;
  /** Bytes after which the connection is cut, one for each PATCH that comes. */
  cuts: number[] = [];
  /** Instead of cutting a connection it reads no more, until the device is gone. */
  stalls = false;
  port = 0;
  #server: Server | null = null;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get complete(): readonly SampleRecord[] {
    return [...this.uploads.values()].filter((u) => u.complete).map(({ record }) => record);
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
    this.#server = server;
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const given = headers['upload-offset'];
    const asked: SampleRequest = {
      method,
      path,
      offset: given ? Number(given) : null,
      received: 0,
    };
    this.asked.push(asked);
    if (await this.intercept(request, response)) return;
    const expected = `Basic ${Buffer.from(this.credential).toString('base64')}`;
    if (headers.authorization !== expected) {
      problem(response, 401, 'UNAUTHENTICATED', 'unknown device or password');
    } else if (method === 'POST' && path === PATH) {
      await this.#begin(request, response);
    } else {
      const upload = this.uploads.get(path.slice(PATH.length + 1));
      if (!upload) problem(response, 404, 'NOT_FOUND', 'no such upload');
      else if (method === 'HEAD') {
        response.writeHead(200, { 'upload-offset': upload.bytes.length }).end();
      } else await this.#append(request, response, upload, asked);
    }
  }

  async #begin(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const record: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (!Check(SampleRecord, record)) {
      problem(response, 400, 'BAD_REQUEST', 'no sample record');
      return;
    }
    const known = this.uploads.get(record.sha256);
    if (known?.complete) {
      json(response, 200, { complete: true });
      return;
    }
    const upload = known ?? { record, bytes: Buffer.alloc(0), complete: false };
    this.uploads.set(record.sha256, upload);
    const answer = { upload: `${PATH}/${record.sha256}`, offset: upload.bytes.length };
    json(response, known ? 200 : 201, answer);
  }

  async #append(
    request: IncomingMessage,
    response: ServerResponse,
    upload: Upload,
    asked: SampleRequest,
  ): Promise<void> {
    if (asked.offset !== upload.bytes.length) {
      problem(response, 409, 'OFFSET_CONFLICT', `expected offset ${upload.bytes.length}`);
      return;
    }
    const cut = this.cuts.shift();
    for await (const chunk of request) {
      const left = cut === undefined ? Number.POSITIVE_INFINITY : cut - asked.received;
      const taken = (chunk as Buffer).subarray(0, left);
      asked.received += taken.length;
      upload.bytes = Buffer.concat([upload.bytes, taken]);
      if (cut !== undefined && asked.received >= cut) {
        if (this.stalls) await once(request.socket, 'close');
        request.socket.destroy();
        return;
      }
    }
    const { sha256, bytes } = upload.record;
    if (upload.bytes.length < bytes) {
      response.writeHead(204, { 'upload-offset': upload.bytes.length }).end();
      return;
    }
    if (createHash('sha256').update(upload.bytes).digest('hex') !== sha256) {
      upload.bytes = Buffer.alloc(0);
      problem(response, 422, 'DIGEST_MISMATCH', 'the picture is not what its digest says');
      return;
    }
    upload.complete = true;
    response.writeHead(204, { 'upload-offset': bytes }).end();
  }
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

export function problem(
  response: ServerResponse,
  status: number,
  code: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response
    .writeHead(status, { ...headers, 'content-type': 'application/problem+json' })
    .end(JSON.stringify({ type: 'about:blank', title: code, status, code, detail }));
}
