import { readFile, stat } from 'node:fs/promises';
import { serveBlocking } from '../process/blocking-requests.ts';
import { checkUntrustedModel, MAX_MODEL_BYTES, tooLarge } from './check-untrusted-model.ts';
import type { CheckRequest } from './vet-package.ts';

await serveBlocking(async (message) => {
  const { modelPath, expected } = message as CheckRequest;
  const { size } = await stat(modelPath);
  if (size > MAX_MODEL_BYTES) return tooLarge(size).refusal;
  return checkUntrustedModel(await readFile(modelPath), expected);
});
