import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MANIFEST_FILE, type Sha256 } from '@edgeloop/protocol';
import { ApiClient } from '../../../control-plane/src/cli/client/api-client.ts';
import { pushPackage } from '../../../control-plane/src/cli/models/push-package.ts';
import { writeColourPackage } from '../models/colour-package.ts';
import type { ControlPlaneProcess } from './control-plane-process.ts';

export const COLOUR_TASK = 'colours';

/**
 * A task, and of it the colour model under each of these names: each another package, and another
 * digest.
 * @returns digests by name
 */
export async function pushColourModels(
  controlPlane: ControlPlaneProcess,
  names: readonly string[],
): Promise<Record<string, Sha256>> {
  await clientOf(controlPlane).askJson('POST /api/tasks', { json: { task: COLOUR_TASK } });
  const digests: Record<string, Sha256> = {};
  for (const name of names) digests[name] = await pushColourModel(controlPlane, name);
  return digests;
}

const clientOf = ({ apiPort, token }: ControlPlaneProcess) =>
  new ApiClient({ server: `http://127.0.0.1:${apiPort}`, token });

/** Of a task that is there. @returns its digest */
export async function pushColourModel(
  controlPlane: ControlPlaneProcess,
  name: string,
): Promise<Sha256> {
  const folder = mkdtempSync(join(tmpdir(), 'colour-model-'));
  try {
    const directory = await writeColourPackage(join(folder, name));
    const path = join(directory, MANIFEST_FILE);
    const manifest = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...manifest, name }));
    const { digest, state } = await pushPackage(clientOf(controlPlane), {
      directory,
      task: COLOUR_TASK,
      parent: null,
      onFile: () => {},
    });
    if (state !== 'registered') throw new Error(`the model ${name} is ${state}`);
    return digest;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
