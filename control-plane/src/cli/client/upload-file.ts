import { createReadStream } from 'node:fs';
import type { FileReference } from '@edgeloop/protocol';
import type { UploadView } from '../../resources/upload.ts';
import type { ApiClient } from './api-client.ts';
import { retrying } from './retrying.ts';

/**
 * Brings a file. What is there already, from an attempt that broke off or from anyone, is not sent
 * again.
 * @throws ControlPlaneError
 */
export function uploadFile(
  client: ApiClient,
  path: string,
  { sha256, bytes }: Pick<FileReference, 'sha256' | 'bytes'>,
): Promise<void> {
  return retrying(client, async () => {
    const json = { sha256, bytes, purpose: 'model' };
    const { id: upload, offset } = await client.askJson<UploadView>('POST /api/uploads', { json });
    if (offset >= bytes) return;
    await client.ask('PATCH /api/uploads/{upload}', {
      path: { upload },
      body: createReadStream(path, { start: offset }),
      headers: {
        'content-type': 'application/offset+octet-stream',
        'upload-offset': String(offset),
      },
    });
  });
}
