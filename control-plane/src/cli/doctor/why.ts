import { ControlPlaneError } from '../../errors.ts';

/** What went wrong with a question to the server; not that doctor looks closer, as it does. */
export function why(error: Error, server: string): string {
  const unreachable = error instanceof ControlPlaneError && error.code === 'SERVER_UNREACHABLE';
  if (!unreachable) return error.message;
  const { message, code } = error.cause as NodeJS.ErrnoException;
  return `${server} does not answer: ${message || code}`;
}
