import { ControlPlaneError, ERRORS, type ErrorCode } from '../../errors.ts';

/** A proxy that has lost the server behind it is as good as no server. */
const GATEWAY = [502, 503, 504];

/** What the server refused with, as the error that it threw itself. */
export function refusalOf(server: string, status: number, text: string): ControlPlaneError {
  const problem = parse(text);
  if (problem) {
    const code = problem.code in ERRORS ? (problem.code as ErrorCode) : 'REQUEST_REFUSED';
    const hint = code === 'UNAUTHENTICATED' ? ' edgeloop login writes a token down.' : '';
    return new ControlPlaneError(code, `${problem.code}: ${problem.detail}${hint}`);
  }
  if (GATEWAY.includes(status)) return unreachable(server, new Error(`status ${status}`));
  const message = `Expected the API of a control plane at ${server}, received status ${status} of something else. Is --server right?`;
  return new ControlPlaneError('REQUEST_REFUSED', message);
}

export function unreachable(server: string, cause: NodeJS.ErrnoException): ControlPlaneError {
  const reason = cause.message || cause.code;
  return new ControlPlaneError(
    'SERVER_UNREACHABLE',
    `Expected an answer of ${server}, received none: ${reason}. Is it running, and is --server right? edgeloop doctor looks closer.`,
    { cause },
  );
}

function parse(text: string): { readonly code: string; readonly detail: string } | null {
  try {
    const { code, detail } = JSON.parse(text) as { code?: string; detail?: string };
    return code && detail ? { code, detail } : null;
  } catch {
    return null;
  }
}
