import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Photos, weights and vectors of others. No test needs them: where the folder is not, what reads
 * them is left out.
 */
const DATA = process.env.EDGELOOP_TEST_DATA ?? '../shared/data';

/** @param path in the folder of real data */
export const realData = (path: string): string => join(DATA, path);

/**
 * For tap's `skip`: which of the paths are missing.
 *
 * @throws where a folder was given (`EDGELOOP_TEST_DATA`) that has not got them
 */
export function dataMissing(...paths: readonly string[]): string | false {
  const missing = paths.filter((path) => !existsSync(realData(path)));
  if (missing.length === 0) return false;
  const needed = `needs ${missing.join(', ')} in ${DATA}`;
  if (process.env.EDGELOOP_TEST_DATA) throw new Error(`${needed}, as EDGELOOP_TEST_DATA says`);
  return `${needed}, or where EDGELOOP_TEST_DATA says`;
}
