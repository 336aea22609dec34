import { join } from 'node:path';
import { makeFolderSync } from '@edgeloop/disk';
import { Database } from '@edgeloop/sqlite';
import { AgentError } from '../errors.ts';

/**
 * The folder is this agent's alone until what is returned is called, also when the process is
 * killed: SQLite's own lock on a file, which the kernel takes back. Two agents would throw one
 * another off the broker, and spoil each other's samples.
 * @throws AgentError `STATE_IN_USE`, `STATE_UNUSABLE`
 */
export function lockState(folder: string): () => void {
  try {
    makeFolderSync(folder);
    const lock = new Database(join(folder, 'lock.sqlite'), { timeout: 0 });
    try {
      lock.pragma('locking_mode = EXCLUSIVE');
      lock.exec('BEGIN EXCLUSIVE');
      return () => lock.close();
    } catch (error) {
      lock.close();
      throw error;
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'SQLITE_BUSY') {
      const text = `Expected a folder that can be written for state, received ${folder}: ${message}.`;
      throw new AgentError('STATE_UNUSABLE', text, { cause });
    }
    throw new AgentError(
      'STATE_IN_USE',
      `Expected a state folder of its own, received ${folder}, which another agent uses. End that one, or choose another state.`,
      { cause },
    );
  }
}
