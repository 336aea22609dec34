import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CameraId, Millis } from '@edgeloop/protocol';
import type { LiveView } from './live-view.ts';
import { readPageFiles } from './page-files.ts';
import { PAGE_HEADERS } from './page-headers.ts';
import type { PageState } from './page-state.ts';
import { PasswordGate } from './password-gate.ts';
import { isTrustedHost } from './trusted-host.ts';

export interface LocalPageOptions {
  /** Null: whoever reaches it may look. */
  readonly password: string | null;
  /** By which this machine may be called, in lower case. */
  readonly names: readonly string[];
  readonly state: () => PageState;
  /** False: no picture leaves the device. */
  readonly pictures: boolean;
  /** Null: no camera runs. */
  readonly view: LiveView | null;
  readonly monotonic: () => Millis;
}

const CAMERA = /^\/page\/cameras\/([a-z0-9-]+)\/picture$/;
const TEXT = 'text/plain; charset=utf-8';

/**
 * The page of the device itself: its picture, what it sees, how it does. Only looks; changes
 * nothing.
 */
export class LocalPage {
  readonly #options: LocalPageOptions;
  readonly #files = readPageFiles();
  readonly #gate: PasswordGate;

  constructor(options: LocalPageOptions) {
    this.#options = options;
    this.#gate = new PasswordGate(options.password);
  }

  /** @returns whether the path is the page's */
  handle(
    { pathname, searchParams }: URL,
    request: IncomingMessage,
    response: ServerResponse,
  ): boolean {
    const file = this.#files.get(pathname);
    if (!file && !pathname.startsWith('/page/')) return false;
    if (this.#refuse(request, response, pathname !== '/')) return true;
    const camera = CAMERA.exec(pathname)?.[1];
    if (file) answer(response, 200, file.type, file.content);
    else if (pathname === '/page/state') {
      answer(response, 200, 'application/json', JSON.stringify(this.#options.state()));
    } else if (camera !== undefined && !this.#options.pictures) {
      answer(response, 403, TEXT, 'No picture leaves this device (privacy in agent.yaml).\n');
    } else if (camera !== undefined) {
      void this.#picture(camera as CameraId, Number(searchParams.get('after')) || 0, response);
    } else answer(response, 404, TEXT, 'Expected a path of the page.\n');
    return true;
  }

  /** Who may not look. @param part of the page: nobody links to one */
  #refuse({ headers, socket }: IncomingMessage, response: ServerResponse, part: boolean): boolean {
    const { names, monotonic } = this.#options;
    if (!isTrustedHost(headers.host, names)) {
      const text = `Expected one of the names of this machine (${names.join(', ')}) or an address, received ${headers.host}. Add it to page.names in agent.yaml.\n`;
      answer(response, 421, TEXT, text);
      return true;
    }
    const site = headers['sec-fetch-site'] ?? 'none';
    if (part && site !== 'same-origin' && site !== 'none') {
      answer(
        response,
        403,
        TEXT,
        'Expected the page itself to ask, received a question of another.\n',
      );
      return true;
    }
    const entry = this.#gate.try(headers.authorization, socket.remoteAddress ?? '', monotonic());
    if (entry === 'wait') {
      response.setHeader('retry-after', '60');
      answer(response, 429, TEXT, 'Too many wrong passwords. Wait a minute.\n');
    } else if (entry === 'asked') {
      response.setHeader('www-authenticate', 'Basic realm="Edgeloop agent", charset="UTF-8"');
      answer(response, 401, TEXT, 'Expected page.password of agent.yaml, with any user name.\n');
    }
    return entry !== 'in';
  }

  async #picture(camera: CameraId, after: number, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    try {
      const picture = (await this.#options.view?.picture(camera, after, gone.signal)) ?? 'unknown';
      if (picture === 'none') answer(response, 204, TEXT, '');
      else if (picture === 'unknown') answer(response, 404, TEXT, 'No such camera runs.\n');
      else if (picture === 'busy') {
        response.setHeader('retry-after', '2');
        answer(response, 503, TEXT, 'Too many look at once.\n');
      } else {
        response.setHeader('x-picture-number', String(picture.number));
        // A header has no letters beyond ASCII.
        response.setHeader('x-camera-state', encodeURIComponent(JSON.stringify(picture.state)));
        answer(response, 200, 'image/jpeg', picture.content);
      }
    } catch (error) {
      // A picture that can not be read: the next may.
      answer(response, 500, TEXT, `${(error as Error).message}\n`);
    }
  }
}

function answer(
  response: ServerResponse,
  status: number,
  type: string,
  content: string | Uint8Array,
): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...PAGE_HEADERS, 'content-type': type }).end(content);
}
