import { AgentError } from '../errors.ts';

/** A file that is there and can't be read. @param cause of the file system */
export function unreadFile(path: string, cause: Error): AgentError {
  const message = `Expected to read ${path}: ${cause.message}. What is in it may be whole: leave it there, it is tried again. Is the disk worn out, or may this user not read it?`;
  return new AgentError('STATE_UNUSABLE', message, { cause });
}

/**
 * Whether it is an error of the file system, which says nothing of what stands in a file. Of an
 * error, or of what it came of.
 */
export function isUnread(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { syscall, code } = cause as NodeJS.ErrnoException;
    if (syscall !== undefined && code !== 'ENOENT') return true;
  }
  return false;
}
