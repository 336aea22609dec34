import { TrainerError } from '../errors.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Where the control plane is. Tokens and pictures cross no network in the clear.
 * @throws TrainerError `OPTION_INVALID`
 */
export function serverAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const own = url?.protocol === 'http:' && LOOPBACK.has(url.hostname);
  if (url && (url.protocol === 'https:' || own)) return url;
  throw new TrainerError(
    'OPTION_INVALID',
    `Expected https://… for --server, or http:// on this machine, received ${JSON.stringify(text)}.`,
  );
}
