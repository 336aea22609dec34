import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type FileReference, ProtocolError } from '@edgeloop/protocol';
import { ControlPlaneError } from '../../errors.ts';
import type { UploadView } from '../../resources/upload.ts';
import type { ApiClient } from './api-client.ts';
import { retrying } from './retrying.ts';

type File = Pick<FileReference, 'sha256' | 'bytes'>;

/**
 * Brings a file, in as many pieces as the server takes. What is there already, from an attempt that
 * broke off or from anyone, is not sent again.
 * @throws ControlPlaneError, `UPLOAD_BROKEN_OFF` where no more of it arrives; ProtocolError
 * `PACKAGE_FILE_MISSING`, `PACKAGE_FILE_ALTERED` where it is not the file that is expected
 */
export async function uploadFile(client: ApiClient, path: string, file: File): Promise<void> {
  let arrived = -1;
  for (;;) {
    const offset = await retrying(client, () => sendRest(client, path, file));
    if (offset >= file.bytes) return;
    if (offset <= arrived) throw brokenOff(client, path, file, offset);
    arrived = offset;
  }
}

/** @returns the bytes that are there then */
async function sendRest(client: ApiClient, path: string, { sha256, bytes }: File): Promise<number> {
  const json = { sha256, bytes, purpose: 'model' };
  const { id: upload, offset } = await client.askJson<UploadView>('POST /api/uploads', { json });
  if (offset >= bytes) return offset;
  await checkLength(path, bytes);
  const after = await client.askJson<UploadView>('PATCH /api/uploads/{upload}', {
    path: { upload },
    body: createReadStream(path, { start: offset }),
    headers: {
      'content-type': 'application/offset+octet-stream',
      'upload-offset': String(offset),
    },
  });
  return after.offset;
}

async function checkLength(path: string, bytes: number): Promise<void> {
  const { size } = await stat(path).catch((cause: Error) => {
    const message = `Expected to read ${path}, to upload it: ${cause.message}.`;
    throw new ProtocolError('PACKAGE_FILE_MISSING', message, { cause });
  });
  if (size === bytes) return;
  throw new ProtocolError(
    'PACKAGE_FILE_ALTERED',
    `Expected ${bytes} bytes in ${path}, as the manifest says, received ${size}. It was replaced by another, or damaged.`,
  );
}

function brokenOff(
  { server }: ApiClient,
  path: string,
  { bytes }: File,
  offset: number,
): ControlPlaneError {
  return new ControlPlaneError(
    'UPLOAD_BROKEN_OFF',
    `Expected ${server} to take the ${bytes} bytes of ${path}, received ${offset} as what is there, and no more after another try. Does a proxy on the way cut requests short?`,
  );
}
