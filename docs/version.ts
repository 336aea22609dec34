import { readFileSync } from 'node:fs';

/** Of the control plane, which serves both documents with its own. */
export const { version } = JSON.parse(
  readFileSync(new URL('../control-plane/package.json', import.meta.url), 'utf8'),
) as { version: string };
