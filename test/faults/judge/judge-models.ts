import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPackage } from '@edgeloop/onnx';
import { MANIFEST_FILE, MANIFEST_SIGNATURE_FILE } from '@edgeloop/protocol';
import { parseSignature, readKeyFolder, verifyPackage } from '@edgeloop/signing';
import type { Line } from '../line/line.ts';

/**
 * Every device runs a whole, signed model, by the files on its disk, and the one that the control
 * plane believes.
 */
export async function judgeModels(line: Line): Promise<string[]> {
  const { root } = await readKeyFolder(join(line.data, 'keys'));
  const problems: string[] = [];
  for (const { name, folder } of line.devices) {
    try {
      const models = join(folder, 'models', 'main');
      const { model } = JSON.parse(readFileSync(join(models, 'active'), 'utf8'));
      const directory = join(models, model);
      const loaded = await loadPackage(directory, 'int8', 'variant');
      if (loaded.digest !== model)
        problems.push(`${name}: ${loaded.digest} where ${model} is named`);
      const manifest = readFileSync(join(directory, MANIFEST_FILE));
      const signature = readFileSync(join(directory, MANIFEST_SIGNATURE_FILE), 'utf8');
      verifyPackage(root, manifest, parseSignature(signature, directory));
      const { reported } = await line.api.get(`/api/devices/${name}`);
      if (reported.slots.main.model !== model) {
        problems.push(`${name}: ${reported.slots.main.model} believed, ${model} runs`);
      }
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
    }
  }
  return problems;
}
