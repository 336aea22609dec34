import type { Download } from '../../server/server-client.ts';
import { UpdateError } from '../update-error.ts';

/**
 * What an answer means that is not the one that was asked for. Redirects are such: a device asks
 * one server alone.
 */
export function refuseStatus(path: string, { status }: Pick<Download, 'status'>): UpdateError {
  const received = `Expected ${path} from the server, it answered ${status}.`;
  if (status === 401 || status === 403) {
    const message = `${received} The device's credential is not good there: edgeloop-agent rotate gets another.`;
    return new UpdateError('SERVER_UNAVAILABLE', message, { retry: true });
  }
  if (status === 404 || status === 410) {
    const message = `${received} The model is not in the registry, or was not checked there yet.`;
    return new UpdateError('PACKAGE_MISSING', message, { retry: true });
  }
  if (status === 429 || status >= 500) {
    return new UpdateError('SERVER_UNAVAILABLE', received, { retry: true });
  }
  const message = `${received} Does server.url name an Edgeloop server?`;
  return new UpdateError('SERVER_ANSWER_WRONG', message, { retry: true });
}
