import { stat } from 'node:fs/promises';
import { fileSha256 } from '@edgeloop/disk';
import type { Sha256 } from '@edgeloop/protocol';
import type { ControlPlaneClient } from './control-plane-client.ts';
import { type RetryOptions, retrying } from './retrying.ts';
import { MODEL_UPLOADS, uploadFile } from './upload-file.ts';

/**
 * Brings the page that `fit` wrote about a training, for people to look at beside the model, which
 * is there already.
 * @throws Refusal, from a control plane that takes none as well
 */
export async function uploadReport(
  client: ControlPlaneClient,
  path: string,
  model: Sha256,
  retry: RetryOptions,
): Promise<void> {
  const [sha256, { size: bytes }] = [await fileSha256(path), await stat(path)];
  await uploadFile(client, MODEL_UPLOADS, path, { sha256, bytes }, retry);
  const asked = { method: 'PUT', json: { sha256 }, signal: retry.signal } as const;
  await retrying(() => client.ask(`/api/models/${model}/report`, asked), retry);
}
