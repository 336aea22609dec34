import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { makeFolder } from '@edgeloop/disk';
import { StartError } from './errors.ts';

/**
 * The folder of `--data`, before anything is drawn or trained for it.
 * @throws StartError `OPTION_INVALID` where there can be none, or it can not be written
 */
export async function makeDataFolder(path: string): Promise<void> {
  try {
    await makeFolder(path);
    await access(path, constants.W_OK);
  } catch (cause) {
    const message = `Expected a folder that can be written for --data, received ${path}: ${(cause as Error).message}.`;
    throw new StartError('OPTION_INVALID', message, { cause });
  }
}
