import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { ControlPlaneError } from '../../errors.ts';
import type { ApiAnswer } from './api-answer.ts';

/** Under its name the file is whole. @returns its bytes @throws ControlPlaneError `SERVER_UNREACHABLE`: it broke off */
export async function saveAnswer(answer: ApiAnswer, file: string): Promise<number> {
  const part = `${file}.part`;
  const target = createWriteStream(part);
  try {
    await pipeline(answer.body, target);
  } catch (cause) {
    await rm(part, { force: true });
    const message = `Expected all of ${file}, received a part: ${(cause as Error).message}. Try again.`;
    throw new ControlPlaneError('SERVER_UNREACHABLE', message, { cause });
  }
  await rename(part, file);
  return target.bytesWritten;
}
