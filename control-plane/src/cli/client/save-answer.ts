import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { syncFolder } from '@edgeloop/disk';
import { ControlPlaneError } from '../../errors.ts';
import type { ApiAnswer } from './api-answer.ts';

/**
 * Under its name the file is whole, also after a power cut.
 * @returns its bytes
 * @throws ControlPlaneError `OPTION_INVALID`: it can't be written; `SERVER_UNREACHABLE`: the answer
 * broke off
 */
export async function saveAnswer(answer: ApiAnswer, file: string): Promise<number> {
  const part = `${file}.part`;
  const target = (await openTarget(part)).createWriteStream({ flush: true });
  try {
    await pipeline(answer.body, target);
  } catch (cause) {
    await rm(part, { force: true });
    const message = `Expected all of ${file}, received a part: ${(cause as Error).message}. Try again.`;
    throw new ControlPlaneError('SERVER_UNREACHABLE', message, { cause });
  }
  await rename(part, file);
  // A folder that may be written and not read can't be synced: it holds as far as it can.
  await syncFolder(dirname(file)).catch(() => {});
  return target.bytesWritten;
}

async function openTarget(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w');
  } catch (cause) {
    const message = `Expected a place where a file can be written: ${(cause as Error).message}.`;
    throw new ControlPlaneError('OPTION_INVALID', message, { cause });
  }
}
