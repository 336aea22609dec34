import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLONE = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Where what was fetched for a Pi that is emulated stays: `EDGELOOP_CACHE`, or `.cache/` of the
 * clone, which git ignores.
 */
export const CACHE_FOLDER = join(process.env.EDGELOOP_CACHE ?? join(CLONE, '.cache'), 'arm64');
