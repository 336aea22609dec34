import { existsSync } from 'node:fs';
import { SigningError } from '@edgeloop/signing';
import type { ModelStore } from './model-store.ts';

/**
 * A start makes keys only where nobody named any, and nothing is signed yet: a mistyped folder, or
 * a forgotten `--keys`, would begin another root, which no device follows that knows the one before.
 * @param given of `--keys`; null: the folder is the one within the data
 * @throws SigningError `KEY_FILE_INVALID`
 */
export async function requireKeys(
  folder: string,
  given: string | null,
  models: Pick<ModelStore, 'anySigned'>,
): Promise<void> {
  if (existsSync(folder)) return;
  if (given !== null) {
    throw new SigningError(
      'KEY_FILE_INVALID',
      `Expected a folder of keys for --keys, received ${given}, which is not there. edgeloop keys create makes one; without --keys, the first start makes one within --data.`,
    );
  }
  if (await models.anySigned()) {
    throw new SigningError(
      'KEY_FILE_INVALID',
      `Expected the keys of the models that are here in ${folder}, received none. Put them back, or name their folder with --keys. Where they are lost, edgeloop keys create ${folder} makes others; devices that know the old ones do not follow them.`,
    );
  }
}
