import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { DeviceCredential, describeMismatch, findMismatches, parseJson } from '@edgeloop/protocol';
import { SERVER_URL } from '../config/schema.ts';
import { AgentError } from '../errors.ts';
import { readText } from '../server/read-text.ts';
import { readAuthority } from './read-authority.ts';

export interface Server {
  /** `https://edgeloop.lan`: scheme, host, port. */
  readonly url: string;
  /** PEM file of who signed its certificate; null: the authorities that Node knows. */
  readonly ca: string | null;
}

/** The server said no. */
export interface Refusal {
  readonly code: string;
  readonly detail: string;
}

/** Neither side said anything for so long. */
const IDLE = 30_000;

/**
 * Asks for a credential. Follows no redirects: a token goes to one server alone.
 * @throws AgentError `SERVER_UNREACHABLE` where no control plane answers; `CONFIG_INVALID` for a
 * `ca` that can't be read
 */
export async function askServer(
  { url, ca }: Server,
  path: string,
  body: object,
): Promise<DeviceCredential | { readonly refused: Refusal }> {
  const unreachable = (why: string, cause?: unknown) =>
    new AgentError(
      'SERVER_UNREACHABLE',
      `Expected the API of a control plane at ${url}: ${why}. Name it with --server, such as https://edgeloop.lan:8080.`,
      { cause },
    );
  if (!URL.canParse(path, url)) throw unreachable('it is no URL');
  if (!new RegExp(SERVER_URL).test(url)) {
    throw unreachable('secrets go there: expected https://, or http:// on this machine');
  }
  const authority = ca === null ? null : await readAuthority(ca);
  let answer: { status: number; text: string };
  try {
    answer = await post(new URL(path, url), authority, body);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw unreachable(message || String(code), cause);
  }
  const value = parse(answer.text);
  if (answer.status >= 400 && typeof value?.code === 'string') {
    return { refused: { code: value.code, detail: String(value.detail) } };
  }
  const [mismatch] = findMismatches(DeviceCredential, value);
  if (answer.status >= 300 || mismatch) {
    const why = mismatch ? describeMismatch(mismatch) : '';
    throw unreachable(`it answered ${answer.status} with something else: ${why}`);
  }
  return value as unknown as DeviceCredential;
}

function post(url: URL, ca: Buffer | null, body: object) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const secure = url.protocol === 'https:';
    const request = (secure ? requestHttps : requestHttp)(url, {
      method: 'POST',
      timeout: IDLE,
      agent: false,
      headers: { 'content-type': 'application/json' },
      ...(ca && { ca }),
    });
    request.on('timeout', () => request.destroy(new Error(`silent for ${IDLE / 1000} s`)));
    request.on('error', reject);
    request.on('response', (response) => {
      readText(response).then(
        (text) => resolve({ status: response.statusCode ?? 0, text }),
        reject,
      );
    });
    request.end(JSON.stringify(body));
  });
}

function parse(text: string): Record<string, unknown> | null {
  try {
    return parseJson(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}
