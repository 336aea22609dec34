import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  MANIFEST_FILE,
  MANIFEST_SIGNATURE_FILE,
  packageFiles,
  parseManifest,
  type Sha256,
  type SignedRoot,
} from '@edgeloop/protocol';
import { type KeyPair, signPackage } from '@edgeloop/signing';

/** Answers a request instead of the server; false: the server is to answer. */
export type Lie = (
  path: string,
  response: ServerResponse,
  request: IncomingMessage,
) => boolean | Promise<boolean>;

/**
 * The registry's half of an update, as a device asks it: roots, and files of packages, whole or in
 * part. It can be made to lie.
 */
export class ModelServer {
  roots: readonly SignedRoot[] = [];
  /** By path within `/api/models/`. */
  readonly files = new Map<string, Uint8Array>();
  /** `<path> <range>`, in the order of asking. */
  readonly asked: string[] = [];
  lie: Lie = () => false;
  readonly #server: Server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.destroy());
  });

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Signs the package of a folder, and has it from now on. @returns its digest */
  publish(folder: string, key: KeyPair): Sha256 {
    const manifest = readFileSync(join(folder, MANIFEST_FILE));
    const digest = createHash('sha256').update(manifest).digest('hex') as Sha256;
    const put = (path: string, bytes: Uint8Array) =>
      this.files.set(`${digest}/files/${path}`, bytes);
    put(MANIFEST_FILE, manifest);
    put(MANIFEST_SIGNATURE_FILE, Buffer.from(JSON.stringify(signPackage(manifest, key))));
    for (const { path } of packageFiles(parseManifest(manifest.toString()))) {
      put(path, readFileSync(join(folder, path)));
    }
    return digest;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = '', headers } = request;
    const name = path.slice(path.lastIndexOf('/files/') + 7);
    this.asked.push(headers.range === undefined ? name : `${name} ${headers.range}`);
    if (await this.lie(path, response, request)) return;
    const after = /^\/api\/device\/roots\?after=(\d+)$/.exec(path)?.[1];
    if (after !== undefined) {
      const roots = this.roots.filter(({ signed }) => signed.version > Number(after)).slice(0, 2);
      response.end(JSON.stringify({ roots }));
      return;
    }
    const bytes = this.files.get(path.slice('/api/models/'.length));
    if (bytes) sendPart(response, bytes, headers.range);
    else response.writeHead(404).end();
  }
}

function sendPart(response: ServerResponse, bytes: Uint8Array, range: string | undefined): void {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
  if (first === undefined) {
    response.end(bytes);
    return;
  }
  response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${bytes.length}` });
  response.end(bytes.subarray(Number(first), Number(last) + 1));
}
