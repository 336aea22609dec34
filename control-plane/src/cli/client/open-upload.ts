import { open } from 'node:fs/promises';
import { ControlPlaneError } from '../../errors.ts';

/** A file to send, opened before anything is asked. @throws ControlPlaneError `OPTION_INVALID` */
export async function openUpload(path: string): Promise<AsyncIterable<Uint8Array>> {
  try {
    const file = await open(path);
    const found = await file.stat();
    if (found.isFile()) return file.createReadStream();
    await file.close();
    throw new Error(found.isDirectory() ? 'it is a folder; make a zip of it' : 'it is no file');
  } catch (cause) {
    const message = `Expected a file that can be read, received ${path}: ${(cause as Error).message}.`;
    throw new ControlPlaneError('OPTION_INVALID', message, { cause });
  }
}
