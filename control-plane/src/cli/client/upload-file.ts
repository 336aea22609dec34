import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import type { FileReference } from '@edgeloop/protocol';
import type { UploadView } from '../../resources/upload.ts';
import type { ApiClient } from './api-client.ts';
import { retrying } from './retrying.ts';

/**
 * Brings a file. What is there already, from an attempt that broke off or from anyone, is not sent again.
 * @throws ControlPlaneError
 */
export function uploadFile(
  client: ApiClient,
  path: string,
  { sha256, bytes }: Pick<FileReference, 'sha256' | 'bytes'>,
): Promise<void> {
  return retrying(async () => {
    const json = { sha256, bytes, purpose: 'model' };
    const { id, offset } = await client.askJson<UploadView>('/api/uploads', {
      ...{ method: 'POST', json },
    });
    if (offset >= bytes) return;
    const rest = createReadStream(path, { start: offset });
    await client.ask(`/api/uploads/${id}`, {
      method: 'PATCH',
      body: Readable.toWeb(rest) as WebStream<Uint8Array> as ReadableStream<Uint8Array>,
      headers: {
        'content-type': 'application/offset+octet-stream',
        'upload-offset': String(offset),
      },
    });
  });
}
